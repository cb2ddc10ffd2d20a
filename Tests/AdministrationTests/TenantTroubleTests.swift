import TenantCore
import Testing

@testable import Administration

@Suite("Why a tenant needs somebody")
struct TenantTroubleTests {
  private let now = Timestamp(secondsSince1970: 1_800_000_000)
  private let tenant = Tenant(
    name: "acme", directories: [Directory(domain: "ACME", source: .ldif(path: "/acme.ldif"))])

  private func run(
    _ id: Int64, _ outcome: RunOutcome, secondsAgo: Int64 = 60, message: String? = nil
  ) -> RunRecord {
    let moment = Timestamp(secondsSince1970: now.secondsSince1970 - secondsAgo)
    return RunRecord(
      id: id, outcome: outcome, actor: "svc", startedAt: moment, completedAt: moment,
      message: message)
  }

  private func head(
    _ run: RunRecord, failure: RunRecord? = nil, vanished: [VanishedLinkState] = []
  ) throws -> SnapshotHead {
    let guid = try #require(ObjectGUID(bytes: Array(1...16)))
    let link = Link(guid: guid, userID: 1, run: 1, domain: "ACME", login: "j", userName: "j")
    return SnapshotHead(
      run: run, lastFailure: failure,
      vanishedLinks: vanished.map { VanishedLink(link: link, state: $0) }, unclaimedCount: 0)
  }

  @Test("a fresh, complete run without vanished links is no trouble")
  func none() throws {
    let head = try head(run(1, .complete))
    #expect(TenantTrouble.all(of: tenant, head, latest: nil, at: now).isEmpty)
  }

  @Test("without a directory there is nothing to read, and nothing else is said (R6)")
  func noDirectory() {
    let troubles = TenantTrouble.all(of: Tenant(name: "acme"), nil, latest: nil, at: now)
    #expect(troubles.map(\.code) == [.noDirectory])
    #expect(troubles.first?.message.contains("'directories:'") == true)
  }

  @Test(
    "a run that did not complete is told with its number, its time and its reason",
    arguments: [
      (RunOutcome.failed, TenantTrouble.Code.failed, Remedy?.none),
      (.incomplete, .incomplete, nil), (.refused, .refused, .allowLargeChange),
    ])
  func lastRun(outcome: RunOutcome, code: TenantTrouble.Code, remedy: Remedy?) throws {
    let latest = run(2, outcome, message: "the reason")
    let head = try head(run(1, .complete), failure: latest)
    let trouble = try #require(
      TenantTrouble.all(of: tenant, head, latest: latest, at: now).first)
    #expect(trouble.code == code)
    #expect(trouble.remedy == remedy)
    #expect(trouble.message.hasSuffix("run 2 at \(latest.completedAt): the reason"))
  }

  @Test("a tenant that was never synced is told to be synced, unless its run failed")
  func neverSynced() {
    let first = TenantTrouble.all(of: tenant, nil, latest: nil, at: now)
    #expect(first.map(\.code) == [.neverSynced] && first.first?.remedy == .sync)
    let failed = TenantTrouble.all(of: tenant, nil, latest: run(1, .failed), at: now)
    #expect(failed.map(\.code) == [.failed, .neverSynced] && failed.last?.remedy == nil)
  }

  @Test("a snapshot is stale once it is older than three intervals, and not a second before")
  func stale() throws {
    let limit = tenant.synchronization.longestAge.components.seconds
    #expect(limit == 3 * 15 * 60)
    for (age, codes) in [(limit, []), (limit + 1, [TenantTrouble.Code.stale])] {
      let head = try head(run(1, .complete, secondsAgo: age))
      #expect(TenantTrouble.all(of: tenant, head, latest: nil, at: now).map(\.code) == codes)
    }
  }

  @Test("vanished links are counted by state, after what is worse (S5)")
  func vanished() throws {
    let failure = run(2, .incomplete)
    let head = try head(
      run(1, .complete), failure: failure, vanished: [.userMissing, .sourceUnseen, .sourceUnseen])
    let troubles = TenantTrouble.all(of: tenant, head, latest: failure, at: now)
    #expect(troubles.map(\.code) == [.incomplete, .vanishedLinks])
    #expect(troubles.last?.message == "3 vanished links: 2 source-unseen, 1 user-missing")
  }
}
