import Administration
import CompositeMatcher
import Foundation
import Harness
import LoginMatcher
import Logging
import PluginContract
import Reconciliation
import SMTPMatcher
import StoreHarness
import Synchronization
import TenantCore

@testable import Authorization

/// A tenant in one engine, with the real store, matchers and reconciler, and a directory in memory.
final class EngineWorld: Sendable {
  let store: any TenantStoring
  private let permit: Permit
  private let matcher: any Matcher
  private let directory = BytesDirectory()
  private let path = NSTemporaryDirectory() + "engine-test-\(UUID().uuidString)"

  /// Makes an empty tenant.
  ///
  /// - Parameter name: one that no other test has.
  init(_ engine: TestEngine, tenant name: String) throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let domains = [("ACME", "acme.example"), ("Beta", "beta.example")]
    let tenant = Tenant(
      name: name,
      directories: domains.map {
        .init(domain: $0.0, dnsDomain: $0.1, source: .ldif(path: "/dev/null"))
      },
      users: .store)
    permit = Permit(
      tenant: tenant, actor: Actor(userName: "alice", identity: .account(userID: 1, groups: [])),
      action: "test")
    let identities = domains.map { DirectoryIdentity(domain: $0.0, dnsDomain: $0.1) }
    let strategies = try [loginMatcher, smtpMatcher].map {
      try $0.make(MatcherContext(directories: identities))
    }
    matcher = try compositeMatcher.make(
      MatcherContext(directories: identities, strategies: strategies))
    store = try TestStores.open(engine, folder: path + "/state", permit)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// What a step gave, or why it could not be done.
  func take(_ step: EngineStep) async -> String {
    do {
      return StoredAnswers.text(try await done(step) as Any)
    } catch {
      return StoredAnswers.moments("error: \(error)").replacing(path, with: "PATH")
        .replacing(permit.tenant.name, with: "TENANT")
    }
  }

  private func done(_ step: EngineStep) async throws -> Any? {
    let moment = Timestamp(secondsSince1970: 1_795_000_000)
    switch step {
    case .run(let people):
      directory.people.withLock { $0 = people }
      let reconciler = Reconciler(
        permit: permit, directories: directory, store: store, matcher: matcher,
        logger: Logger(label: "test"))
      return try await reconciler.sync(allowLargeChange: true).run
    case .failedRun(let message):
      return try await store.record(
        RunRecord(
          outcome: .failed, actor: "alice", startedAt: moment, completedAt: moment,
          message: message, findings: [Finding(.renamed, subject: message, message: message)]))
    case .users(let bytes):
      return try await store.importUsers(
        bytes: bytes, named: "users.csv", skipInvalid: true, actor: "BOB", at: moment)
    case .edit(let user, let edit):
      try await store.edit(user, edit, actor: "Äda", at: moment)
    case .links(let wishes):
      return try await LinkEditor(permit: permit, store: store).change(wishes, dryRun: false)
    case .undo:
      return try await LinkEditor(permit: permit, store: store)
        .undo(request: nil, reason: nil, dryRun: false)
    case .open: return try await store.openReview(actor: "alice", at: moment)
    case .decide(let note):
      guard let round = try await store.reviewRounds().last else { return nil }
      return try await store.decide(
        try await decisions(note, review: round.number), review: round.number, seen: nil)
    case .sign(let statement):
      guard let round = try await store.reviewRounds().last else { return nil }
      try await sign(round.number, statement, at: moment)
    case .abandon:
      guard let round = try await store.reviewRounds().last else { return nil }
      try await store.abandonReview(round.number, actor: "bob", at: moment)
    case .keep:
      let head = try await store.reviewHead()
      try await store.keep(
        ReviewStanding(attention: 3, changed: nil, endings: ["2026-11-30": 1]), basis: head.basis)
    }
    return nil
  }

  private func decisions(
    _ note: String, review: Int64
  ) async throws -> [(ReviewSubject, ReviewDecision)] {
    let moment = Timestamp(secondsSince1970: 1_795_000_000)
    let rows = try await roundRows()
    return rows.flatMap { rows in
      rows.keys.indices.filter { $0.isMultiple(of: 2) }.map { row in
        (
          rows.subject(of: row),
          ReviewDecision(
            .init(.toFix, note: note, until: nil, assignee: note), actor: "Äda", at: moment,
            review: review, facts: rows.facts(of: row))
        )
      }
    }
  }

  private func sign(_ number: Int64, _ statement: String, at moment: Timestamp) async throws {
    var rows = try await roundRows()
    for index in rows.indices {
      rows[index].marks = rows[index].keys.indices.map { ReviewMark.allCases[$0 % 3] }
    }
    let signature = ReviewSignature(
      statement: statement, digest: "ab", previousDigest: nil,
      lastDecision: try await store.lastDecision(ofReview: number),
      details: SignedDetails(
        displayName: statement, counts: ReviewCounts(), byState: ["linked": 1], vanishedLinks: [],
        decidedUsers: [], reviewers: [], configuration: statement, snapshotStartedAt: moment,
        snapshotCompletedAt: moment))
    try await store.sign(
      review: number, signature, rows: rows,
      closed: ReviewRound.Mark(at: moment, actor: "bob", run: 1, change: 4))
  }

  private func roundRows() async throws -> [RoundRows] {
    let found = Mutex<[RoundRows]>([])
    try await store.forEachRoundRows { rows in found.withLock { $0.append(rows) } }
    return found.withLock(\.self)
  }
}

/// Something that is done to a tenant.
enum EngineStep: Sendable {
  case run([BytesDirectory.Person])
  case failedRun(String)
  case users([UInt8])
  case edit(String, UserEdit)
  case links([LinkWish])
  case undo, open, abandon, keep
  case decide(String)
  case sign(String)
}

/// A directory in memory whose values are any bytes.
final class BytesDirectory: DirectoryReading {
  struct Person: Sendable {
    var directory: Int
    var guid: ObjectGUID?
    /// Of the attributes in ``DirectoryAttribute/text``, and the distinguished name.
    var values: [[UInt8]]
    var flags: AccountFlags
  }

  let people = Mutex<[Person]>([])

  func users(
    of directory: Int, attributes: [String], at moment: Timestamp, permit: Permit
  ) -> any AsyncSequence<DirectoryEvent, any Error> & Sendable {
    let people = people.withLock { $0 }.filter { $0.directory == directory }
    let domain = permit.tenant.directories[directory].domain
    return AsyncThrowingStream { stream in
      stream.yield(.batch(Self.batch(people, directory, attributes)))
      stream.yield(.finished(ReadReport(domain: domain, server: "memory", records: people.count)))
      stream.finish()
    }
  }

  private static func batch(
    _ people: [Person], _ directory: Int, _ attributes: [String]
  ) -> DirectoryUserBatch {
    let text = DirectoryAttribute.text + attributes
    var builder = RecordBatchBuilder(
      text: text, opaque: [DirectoryAttribute.distinguishedName], directory: directory)
    for person in people {
      for (column, value) in person.values.dropLast().enumerated() where !value.isEmpty {
        builder.append(value, to: column)
      }
      builder.append(person.values.last ?? [], to: text.count)
      builder.endRecord()
    }
    return DirectoryUserBatch(
      directory: directory, records: builder.finish(), anchors: people.map(\.guid),
      flags: people.map(\.flags), changeNumbers: people.map { _ in 0 },
      changedAt: people.map { _ in 0 })
  }

  func presence(
    of guids: [ObjectGUID], in directory: Int, permit: Permit
  ) async throws -> [ObjectGUID: Presence] { [:] }

  func testConnection(of directory: Int, permit: Permit) async -> [ConnectionStep] { [] }
}
