internal import CPluginLauncher
import Glibc
internal import YAMLFiles

/// An open descriptor; closed when it goes out of use.
struct Descriptor: ~Copyable {
  let number: CInt

  init(owning number: CInt) throws(SystemFailure) {
    guard number >= 0 else { throw .last }
    self.number = number
  }

  init(open number: CInt) { self.number = number }

  deinit { close(number) }

  /// Makes reads and writes return at once.
  func makeNonblocking() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }
}

/// Both ends of a pipe; neither is inherited by a program that is started.
struct Pipe: ~Copyable {
  /// The most bytes that a pipe may hold without a privilege (pipe(7)): a batch or two.
  private static let capacity: CInt = 1 << 20
  /// `F_SETPIPE_SZ` of fcntl(2), which Swift's Glibc module lacks.
  private static let setCapacity: CInt = 1031

  let read: Descriptor
  let write: Descriptor

  init() throws(SystemFailure) {
    var ends: [CInt] = [-1, -1]
    guard unsafe plugin_pipe(&ends) == 0 else { throw .last }
    read = Descriptor(open: ends[0])
    write = Descriptor(open: ends[1])
    // Less is slower, no more.
    _ = fcntl(write.number, Self.setCapacity, Self.capacity)
  }
}
