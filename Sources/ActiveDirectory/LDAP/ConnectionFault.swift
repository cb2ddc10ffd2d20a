import Authorization

typealias ConnectionStepName = ConnectionStep.Name

/// One host that cannot be used: the step that failed, and why in words.
struct ConnectionFault: Error {
  var step: ConnectionStepName
  var server: LDAPServer
  var message: String
  /// True if every other host would say the same: a refused password is not tried again, because
  /// each try counts towards the account's lockout.
  var isFinal = false

  init(
    _ step: ConnectionStepName, _ server: LDAPServer, _ message: String, isFinal: Bool = false
  ) {
    self.step = step
    self.server = server
    self.message = message
    self.isFinal = isFinal
  }
}
