/// How a plugin's process ended.
enum PluginEnding: Sendable, Equatable, CustomStringConvertible {
  case notStarted
  case exited(code: Int32)
  case signalled(Int32)
  /// It did not end by itself.
  case killed

  /// Takes what `waitpid(2)` says.
  init(status: Int32) {
    let signal = status & 0x7F
    self = signal == 0 ? .exited(code: status >> 8 & 0xFF) : .signalled(signal)
  }

  /// What is said of a plugin that closed its output while an answer was due.
  var withoutAnswer: String {
    self == .killed
      ? "it closed its output before it answered, and was stopped"
      : "it \(self) before it answered"
  }

  var description: String {
    switch self {
    case .notStarted: "was not started"
    case .exited(let code): "ended (exit code \(code))"
    case .signalled(let signal): "was ended by signal \(signal)"
    case .killed: "did not end by itself and was killed"
    }
  }
}
