internal import Authorization
internal import Logging
internal import OperatingSystem
internal import PluginContract
internal import Synchronization
internal import TenantCore

/// Writes to the installation's audit who came and left.
///
/// What a program does with a token is done by the thousand: that it was there is recorded once an hour, by token and
/// address; that an operator came to a tenant, once a session.
final class EventRecorder: Sendable {
  /// What is remembered of those that were recorded; the oldest are forgotten, and recorded again.
  static let mostUses = 10_000
  /// How long a use of a token stands for those that follow.
  static let useTime = Duration.seconds(3600)

  private let audit: any EventAudit
  private let clock: ServiceClock
  private let logger: Logger
  private let uses = Mutex<[String: Duration]>([:])

  init(audit: any EventAudit, clock: ServiceClock, logger: Logger) {
    self.audit = audit
    self.clock = clock
    self.logger = logger
  }

  /// Records a sign-in or a sign-out; it is on the disk when this returns.
  ///
  /// - Parameters:
  ///   - tenant: nil for an operator's.
  ///   - login: as it was typed.
  func record(
    _ action: AuditEvent.Action, _ actor: Actor, tenant: String?, address: String,
    login: String? = nil
  ) async {
    let event = AuditEvent(
      at: clock.date(), actor: actor.userName, tenant: tenant ?? "", action: action.rawValue,
      subject: login.map(AuditedLogin.text), address: address)
    do {
      try await OwnThread.run { [audit] in try audit.record(event) }
    } catch {
      logger.error("a \(action.rawValue) could not be recorded: \(error)")
    }
  }

  /// Records that a token was used, once an hour.
  func recordUse(ofToken actor: Actor, tenant: String, address: String) async {
    guard isNew("\(tenant)\n\(actor.userName)\n\(address)", for: Self.useTime) else { return }
    await record(.tokenUse, actor, tenant: tenant, address: address)
  }

  /// Records that an operator came to a tenant, once a session.
  func recordVisit(of actor: Actor, session: String, tenant: String, address: String) async {
    guard isNew("\(tenant)\n\(Secrets.digest(session))", for: nil) else { return }
    await record(.visit, actor, tenant: tenant, address: address)
  }

  private func isNew(_ key: String, for time: Duration?) -> Bool {
    let now = clock.elapsed()
    return uses.withLock { uses in
      if let last = uses[key], time.map({ now - last < $0 }) ?? true { return false }
      if uses.count >= Self.mostUses {
        let half = uses.values.sorted()[Self.mostUses / 2]
        uses = uses.filter { $0.value > half }
      }
      uses[key] = now
      return true
    }
  }
}
