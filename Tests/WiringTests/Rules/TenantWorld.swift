import Administration
import CompositeMatcher
import Foundation
import LoginMatcher
import Logging
import PluginContract
import Reconciliation
import SMTPMatcher
import StoreHarness
import Synchronization
import TenantCore

@testable import Authorization

/// A tenant with the real store in a folder of its own, the real matchers and reconciler, and a
/// directory in memory.
final class TenantWorld {
  private let path = NSTemporaryDirectory() + "rules-test-\(UUID().uuidString)"
  private let permit: Permit
  private let store: any TenantStoring
  private let matcher: any Matcher
  private let directory = MemoryDirectory()

  init(readsUsersFile: Bool, clearsBlanks: Bool) throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let tenant = Tenant(
      name: TestStores.uniqueName("acme"),
      directories: [
        .init(domain: "ACME", dnsDomain: "acme.example", source: .ldif(path: "/dev/null"))
      ],
      users: readsUsersFile ? .csv(path: path + "/users.csv") : .store,
      synchronization: .init(blankValues: clearsBlanks ? .clear : .keep))
    permit = Permit(
      tenant: tenant, actor: Actor(userName: "alice", identity: .account(userID: 1, groups: [])),
      action: "test")
    let directories = [DirectoryIdentity(domain: "ACME", dnsDomain: "acme.example")]
    let strategies = try [loginMatcher, smtpMatcher].map {
      try $0.make(MatcherContext(directories: directories))
    }
    matcher = try compositeMatcher.make(
      MatcherContext(directories: directories, strategies: strategies))
    store = try TestStores.open(TestStores.engine(), folder: path + "/state", permit)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private var reconciler: Reconciler {
    Reconciler(
      permit: permit, directories: directory, store: store, matcher: matcher,
      logger: Logger(label: "test"))
  }

  func run(_ people: [TenantModel.Person]) async throws {
    directory.people.withLock { $0 = people }
    _ = try await reconciler.sync(allowLargeChange: true)
  }

  /// True if a run would write nothing: what `sync --check` asks.
  func isAtRest() async throws -> Bool { try await reconciler.preview().plan.changesNothing }

  @discardableResult
  func change(_ wishes: [LinkWish], dryRun: Bool = false) async throws -> LinkChanges {
    try await LinkEditor(permit: permit, store: store).change(wishes, dryRun: dryRun)
  }

  func change(_ wishes: [LinkWish], as name: String) async throws {
    _ = try await editor(name).change(wishes, dryRun: false)
  }

  @discardableResult
  func undo(
    request: Int64? = nil, as name: String = "alice", dryRun: Bool = false
  ) async throws -> LinkChanges {
    try await editor(name).undo(request: request, reason: nil, dryRun: dryRun)
  }

  private func editor(_ name: String) -> LinkEditor {
    let actor = Actor(userName: name, identity: .account(userID: 2, groups: []))
    return LinkEditor(
      permit: Permit(tenant: permit.tenant, actor: actor, action: "test"), store: store)
  }

  func link(_ login: String, to user: String) async throws {
    try await change([LinkWish(.link, .login(login), userName: user)])
  }

  func unlink(_ user: String) async throws {
    try await change([LinkWish(.unlink, .user(user))])
  }

  func relink(_ user: String) async throws {
    try await change([LinkWish(.relink, .user(user))])
  }

  func edit(_ user: String, _ edit: UserEdit) async throws {
    try await store.edit(user, edit, actor: "alice", at: .now())
  }

  /// Writes a users file and imports it, unless it is read at each run.
  func take(_ file: [String: TenantModel.User]) async throws {
    var text = "userName,windowsLogin,firstName,lastName,employeeId,email,active\n"
    for (name, user) in file.sorted(by: { $0.key < $1.key }) {
      let values =
        [name, user.windowsLogin ?? ""] + ProfileField.allCases.map { user.acd[$0] ?? "" }
        + ["\(user.isActive)"]
      text += values.joined(separator: ",") + "\n"
    }
    let file = path + "/users.csv"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    if case .store = permit.tenant.users {
      _ = try await store.importUsers(file: file, skipInvalid: false, actor: "alice", at: .now())
    }
  }

  /// All users and links as they are read, each on a line.
  func lines() async throws -> [String] {
    let users = try await store.users(after: nil, limit: .max).map { user in
      RulesPropertyTests.line(
        user.userName, user.isActive, user.windowsLogin, user.isLoginLocked, user.profiles)
    }
    let table = try await store.linkTable()
    let links = (0..<table.count).map {
      "\(MemoryDirectory.number(table.guid(of: $0))) is linked to \(table.userName(of: $0))"
    }
    return (users + links).sorted()
  }
}

/// A directory in memory.
final class MemoryDirectory: DirectoryReading {
  let people = Mutex<[TenantModel.Person]>([])

  static func guid(_ number: Int) -> ObjectGUID? {
    ObjectGUID(bytes: [UInt8](repeating: 7, count: 15) + [UInt8(truncatingIfNeeded: number)])
  }

  static func number(_ guid: ObjectGUID) -> Int { Int(guid.bytes.last ?? 0) }

  func users(
    of directory: Int, attributes: [String], at moment: Timestamp, permit: Permit
  ) -> any AsyncSequence<DirectoryEvent, any Error> & Sendable {
    let people = people.withLock { $0 }
    return AsyncThrowingStream { stream in
      stream.yield(.batch(Self.batch(people)))
      stream.yield(.finished(ReadReport(domain: "ACME", server: "memory", records: people.count)))
      stream.finish()
    }
  }

  private static func batch(_ people: [TenantModel.Person]) -> DirectoryUserBatch {
    var builder = RecordBatchBuilder(
      text: DirectoryAttribute.text, opaque: [DirectoryAttribute.distinguishedName], directory: 0)
    for person in people {
      builder.append(Array(person.login.utf8), to: 0)
      for field in ProfileField.allCases {
        guard let value = person.values[field],
          let column = DirectoryAttribute.text.firstIndex(of: field.attribute)
        else { continue }
        builder.append(Array(value.utf8), to: column)
      }
      builder.append(Array("CN=\(person.guid),DC=acme".utf8), to: DirectoryAttribute.text.count)
      builder.endRecord()
    }
    return DirectoryUserBatch(
      directory: 0, records: builder.finish(), anchors: people.map { guid($0.guid) },
      flags: people.map { _ in [] }, changeNumbers: people.map { _ in 0 },
      changedAt: people.map { _ in 0 })
  }

  func presence(
    of guids: [ObjectGUID], in directory: Int, permit: Permit
  ) async throws -> [ObjectGUID: Presence] { [:] }

  func testConnection(of directory: Int, permit: Permit) async -> [ConnectionStep] { [] }
}
