internal import CPluginLauncher
import Glibc
internal import OperatingSystem
internal import YAMLFiles

/// How a plugin's program is started (plugins.md, section 4): an empty environment plus an allow
/// list, no inherited descriptors, a folder of its own, limits, and shut off from the rest of the
/// machine as far as the kernel allows.
struct PluginLaunch {
  /// What any program needs: libraries, interpreters, time zones.
  static let readable = [
    "/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/localtime",
    "/etc/nsswitch.conf", "/etc/alternatives", "/proc/self", "/proc/meminfo", "/proc/cpuinfo",
    "/proc/stat", "/sys/devices/system/cpu",
  ]
  static let devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]

  /// The most that a pipe may hold without a privilege (pipe(7)): a batch or two.
  private static let pipeBytes: CInt = 1 << 20

  let program: CheckedProgram
  let limits: PluginLimits

  /// A program that runs.
  struct Started: ~Copyable {
    let process: pid_t
    let isolation: PluginIsolation
    let input: FileDescriptor
    let output: FileDescriptor
    let errors: FileDescriptor
    let folder: WorkingFolder
  }

  /// Starts the program; the calling thread must live as long as it.
  func start() throws -> Started {
    try program.checkUnchanged()
    let folder = try WorkingFolder()
    let input = try PipeEnds(capacity: Self.pipeBytes)
    let output = try PipeEnds(capacity: Self.pipeBytes)
    let errors = try PipeEnds(capacity: Self.pipeBytes)
    try input.write.setBlocking(false)
    try output.read.setBlocking(false)
    try errors.read.setBlocking(false)
    let environment = [
      "HOME=\(folder.path)", "TMPDIR=\(folder.path)", "LANG=C.UTF-8",
      "PATH=/usr/local/bin:/usr/bin:/bin",
    ]
    let manifest = program.manifest
    let start = unsafe withWords([manifest.program] + manifest.arguments) { arguments in
      unsafe withWords(environment) { environment in
        unsafe withWords(Self.readable + [program.folder] + manifest.reads) { readable in
          unsafe withWords(Self.devices) { devices in
            var words = unsafe plugin_program(
              program: program.descriptor, is_script: program.isScript,
              working_folder: folder.descriptor.number, input: input.read.number,
              output: output.write.number, errors: errors.write.number, arguments: arguments,
              environment: environment, readable: readable, devices: devices, limits: limits.forC)
            return unsafe plugin_start(&words)
          }
        }
      }
    }
    guard start.stage == PLUGIN_STARTED.rawValue, start.process > 0 else {
      throw PluginError(
        .failed, plugin: program.plugin,
        "the program cannot be started: \(Self.words(start.stage)): "
          + "\(SystemFailure(number: start.error).inWords)\(Self.remedy(start))")
    }
    return Started(
      process: start.process, isolation: PluginIsolation(rawValue: start.isolation),
      input: input.keepingWrite(), output: output.keepingRead(), errors: errors.keepingRead(),
      folder: folder)
  }

  private static func words(_ stage: CInt) -> String {
    switch UInt32(stage) {
    case PLUGIN_CLONE.rawValue: "no process could be created"
    case PLUGIN_DESCRIPTORS.rawValue: "its pipes could not be set up"
    case PLUGIN_LIMITS.rawValue: "its limits could not be set"
    case PLUGIN_SHUT_OFF.rawValue: "it could not be shut off"
    default: "it could not be executed"
    }
  }

  /// What helps where an interpreter is missing or lies where the plugin may not look.
  private static func remedy(_ start: plugin_start) -> String {
    guard start.stage == PLUGIN_EXECUTE.rawValue else { return "" }
    if start.error == ENOEXEC {
      return "; a script begins with a line such as #!/usr/bin/python3 -I, a program is built for "
        + "this machine"
    }
    guard [ENOENT, EACCES].contains(start.error) else { return "" }
    return "; if it is a script, check that the interpreter of its first line exists, and name "
      + "the interpreter's folder in the manifest's 'reads' if it lies outside /usr"
  }

  /// Texts as C has them, an array that ends with nil.
  private func withWords<Result>(
    _ words: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Result
  ) -> Result {
    let copies = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    return unsafe copies.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
  }
}

extension PluginLimits {
  fileprivate var forC: plugin_limits {
    plugin_limits(
      memory: memoryBytes, file_size: workingFileBytes, descriptors: descriptors,
      processes: processes)
  }
}
