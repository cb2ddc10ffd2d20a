internal import Glibc
internal import OperatingSystem
internal import PluginContract
internal import TenantCore

/// What a program needs of the system before it can begin anything.
///
/// libdispatch, on which Swift runs tasks, waits without end for a thread that the system does not give it, and crashes
/// without a file for its events. Both limits are tried first, so that there is a message.
package enum ProcessNeeds {
  /// Threads at once: those of the tasks on a small machine, the store's, and one that waits for signals.
  private static let threads = 8
  /// Open files: the store's four, those that wait for events and signals, a folder and a file.
  private static let files = 10
  /// Bytes of address space, of which the C library takes 64 MiB for the heap of each of some threads, and 8 MiB for
  /// its stack.
  private static let room = 256 << 20

  /// Tries.
  ///
  /// - Throws: ``Failure`` with code 70 that names the limit.
  package static func check() throws {
    occupyStreams()
    try checkFiles()
    try checkRoom()
    guard startedThreads() == threads else {
      throw Failure(.internalFailure, SystemWords.noThreads.text)
    }
  }

  private static func checkRoom() throws {
    let memory = unsafe mmap(nil, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard unsafe memory != MAP_FAILED else {
      throw Failure(.internalFailure, SystemWords(ENOMEM).text)
    }
    unsafe munmap(memory, room)
  }

  /// Lets no file that is opened later take the number of a stream that was closed, and so the answer. What stands
  /// there cannot be written, as nothing could.
  private static func occupyStreams() {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  private static func checkFiles() throws {
    var open: [CInt] = []
    defer { for descriptor in open { close(descriptor) } }
    for _ in 0..<files {
      let descriptor = unsafe Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw Failure(.internalFailure, SystemWords.last.text)
      }
      open.append(descriptor)
    }
  }

  /// How many threads the system gives; all of them wait for the lock until they were counted.
  private static func startedThreads() -> Int {
    let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    unsafe pthread_mutex_init(gate, nil)
    unsafe pthread_mutex_lock(gate)
    var started: [pthread_t] = []
    for _ in 0..<threads {
      var thread = pthread_t()
      let result = unsafe pthread_create(
        &thread, nil,
        { gate in
          if let gate = unsafe gate?.assumingMemoryBound(to: pthread_mutex_t.self) {
            unsafe pthread_mutex_lock(gate)
            unsafe pthread_mutex_unlock(gate)
          }
          return nil
        }, gate)
      guard result == 0 else { break }
      started.append(thread)
    }
    unsafe pthread_mutex_unlock(gate)
    for thread in started { pthread_join(thread, nil) }
    unsafe pthread_mutex_destroy(gate)
    unsafe gate.deallocate()
    return started.count
  }
}
