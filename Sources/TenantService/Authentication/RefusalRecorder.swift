internal import Authorization
internal import Logging
internal import OperatingSystem
internal import PluginContract
internal import Synchronization
internal import TenantCore

/// Writes to the installation's audit who was refused before it was known who it was (A2).
///
/// What strangers of one network ask within a minute is recorded up to a number, and once that there was
/// more: otherwise a flood of requests could fill the disk. Of a known actor, all is recorded.
final class RefusalRecorder: Sendable {
  /// Records of one network within a minute.
  static let mostOfNetwork = 60
  /// Networks that are counted; those beyond share one count until a minute is over.
  static let mostNetworks = 10_000

  private let audit: any RefusalAudit
  private let clock: ServiceClock
  private let logger: Logger
  private let counts = Mutex<[String: (count: Int, since: Duration)]>([:])

  init(audit: any RefusalAudit, clock: ServiceClock, logger: Logger) {
    self.audit = audit
    self.clock = clock
    self.logger = logger
  }

  /// Records a refusal; it is on the disk when this returns.
  ///
  /// - Parameters:
  ///   - actor: nil if nobody knows who it was.
  ///   - tenant: as it was asked for; what cannot be a tenant's name is left out.
  ///   - login: of a sign-in, as it was typed.
  func record(
    _ action: String, tenant: String, address: String, actor: Actor? = nil, login: String? = nil
  ) async {
    let number = actor == nil ? number(of: address) : 0
    guard let number else { return }
    let isLast = number == Self.mostOfNetwork
    let name = PlainName.isPlain(tenant) ? tenant : "?"
    do {
      let record = RefusalRecord(
        at: clock.date(), actor: actor?.userName ?? "unknown@\(address)",
        userID: nil, tenant: name,
        action: isLast ? "\(action) (and more within the same minute)" : action, missing: [],
        login: login.map(AuditedLogin.text))
      try await OwnThread.run { [audit] in try audit.record(record) }
    } catch {
      logger.error("a refusal could not be recorded: \(error)")
    }
  }

  /// The how-manieth of its minute; nil if it is one too many.
  private func number(of address: String) -> Int? {
    let now = clock.elapsed()
    var network = IPAddress(address)?.network ?? address
    return counts.withLock { counts in
      if counts[network] == nil, counts.count >= Self.mostNetworks {
        counts = counts.filter { now - $0.value.since < .seconds(60) }
        if counts.count >= Self.mostNetworks { network = "others" }
      }
      let old = counts[network].flatMap { now - $0.since < .seconds(60) ? $0 : nil }
      let count = (old?.count ?? 0) + 1
      counts[network] = (count, old?.since ?? now)
      return count <= Self.mostOfNetwork ? count : nil
    }
  }
}
