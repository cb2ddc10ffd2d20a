internal import Administration
import Authorization

typealias ConnectionStepName = ConnectionStep.Name

/// One host that cannot be used: the step that failed, and why.
struct ConnectionFault: Error {
  var step: ConnectionStepName
  var server: LDAPServer
  var message: String
  /// True if every other host would say the same: a refused password is not tried again, because
  /// each try counts towards the account's lockout.
  var isFinal = false
  /// True if the connection ended instead of an answer.
  var isLoss = false
  /// What was wrong with other addresses of the same host that were tried before.
  var before: [String] = []
  /// The messages of all addresses of the host.
  var wholeMessage: String { (before + [message]).joined(separator: "; ") }

  init(
    _ step: ConnectionStepName, _ server: LDAPServer, _ message: String, isFinal: Bool = false,
    isLoss: Bool = false
  ) {
    self.step = step
    self.server = server
    self.message = message
    self.isFinal = isFinal
    self.isLoss = isLoss
  }
}
