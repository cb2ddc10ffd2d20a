import Administration
import CSVExporter
import LoginMatcher
import Logging
import PluginContract
import Synchronization
import TenantCore

@testable import Authorization

/// An installation in memory: its tenant files, its outside plugins, its audit.
struct FakeInstallation {
  var files = FakeFiles()
  var host = FakeHost()
  let audit = FakeAudit()
  var actor = Actor(userName: "alice", identity: .account(userID: 1000, groups: []))

  var plugins: PluginRegistry {
    PluginRegistry(
      matchers: [loginMatcher], exporters: [csvExporter], document: csvExporter, host: host)
  }

  var tenants: TenantRegistry {
    let (plugins, audit) = (plugins, audit)
    return TenantRegistry(
      files: files, plugins: plugins, actor: actor, refusals: audit,
      logger: Logger(label: "test"), operators: { _ in FakeWorld() },
      ports: { permit in
        TenantPorts(
          stores: FakeWorld(), directories: FakeWorld(),
          plugins: TenantPlugins(plugins, tenant: permit.tenant), access: FakeWorld(),
          refusals: FakeWorld(), events: FakeWorld(), reviewAudit: FakeWorld(),
          reviewKeys: FakeWorld())
      })
  }
}

/// Tenant files by name.
struct FakeFiles: TenantFileReading {
  var entries: [TenantFileEntry] = []

  /// A file whose tenant `alice` may administer.
  ///
  /// - Parameters:
  ///   - localUsers: who has its role by the tenant file too.
  ///   - operators: the same.
  mutating func add(
    _ tenant: Tenant, for user: String = "alice", localUsers: [String] = [],
    operators: [String] = []
  ) {
    let access = AccessPolicy(
      roles: ["admin": Set(Permission.allCases)],
      assignments: [.init(.osUser(user), roles: ["admin"])]
        + localUsers.map { .init(.localUser($0), roles: ["admin"]) }
        + operators.map { .init(.operator($0), roles: ["admin"]) })
    let file = TenantFile(
      tenant: tenant, access: access, owner: 0, path: "/tenants/\(tenant.name).yaml")
    entries.append(
      TenantFileEntry(name: tenant.name, path: "tenants/\(tenant.name).yaml", file: .success(file)))
  }

  mutating func add(_ name: String, _ refusal: TenantFileRefusal) {
    entries.append(
      TenantFileEntry(name: name, path: "tenants/\(name).yaml", file: .failure(refusal)))
  }

  func file(of name: String) throws -> TenantFile? {
    try entries.first { $0.name == name }?.file.get()
  }

  func files() throws -> [TenantFileEntry] { entries }

  func filesToValidate(_ words: [String]) throws -> [TenantFileEntry] {
    entries.filter { words.isEmpty || words.contains($0.name) }
  }
}

/// Outside plugins; a program's hash is its name, unless it is refused.
struct FakeHost: PluginHosting {
  struct Problem: PluginProblem {
    let plugin: String
    let message: String
    let remedy: Remedy?
    var failure: Failure {
      Failure(.internalFailure, "plugin '\(plugin)': \(message)", remedy: remedy)
    }
  }

  var plugins: [OutsidePlugin] = []
  let isolation = ["no network"]

  mutating func addMatcher(_ name: String, refusal: String? = nil) {
    let matcher = MatcherDeclaration(name: name, version: "1", summary: "matches")
    add(name, matcher: matcher, refusal: refusal)
  }

  mutating func addExporter(_ name: String, refusal: String? = nil) {
    let exporter = ExporterDeclaration(
      name: name, version: "1", summary: "writes", fileExtension: "txt", mediaType: "text/plain")
    add(name, exporter: exporter, refusal: refusal)
  }

  private mutating func add(
    _ name: String, matcher: MatcherDeclaration? = nil, exporter: ExporterDeclaration? = nil,
    refusal: String?
  ) {
    plugins.append(
      OutsidePlugin(
        name: name, folder: "/plugins/\(name)", matcher: matcher, exporter: exporter, author: "A",
        reads: [], refusal: refusal, hasPlainName: true))
  }

  func checkProgram(of plugin: OutsidePlugin) throws -> String {
    if let refusal = plugin.refusal {
      throw Problem(
        plugin: plugin.name, message: refusal, remedy: .sealPlugin(folder: plugin.folder))
    }
    return plugin.name
  }

  func begin(pins: [String: String]) -> any PluginRunning { FakeRun() }
  func trial(folder: String) -> (any PluginTrying)? { nil }
  func seal(folder: String) throws -> SealedPlugin? { nil }
}

/// A run in which outside matchers do what `login` does.
struct FakeRun: PluginRunning {
  func use<Value>(_ work: () async throws -> Value) async throws -> Value { try await work() }

  func matcher(_ plugin: OutsidePlugin, _ context: MatcherContext) throws -> any Matcher {
    try loginMatcher.make(MatcherContext(directories: context.directories))
  }

  func exporter(_ plugin: OutsidePlugin) throws -> any Exporter { try csvExporter.make() }
}

/// Remembers refusals.
final class FakeAudit: RefusalAudit {
  private let written = Mutex<[RefusalRecord]>([])

  var records: [RefusalRecord] { written.withLock(\.self) }

  func record(_ refusal: RefusalRecord) { written.withLock { $0.append(refusal) } }
}

/// Ports of which little is wanted: an access file with some users and tokens, and nothing else.
struct FakeWorld: TenantStoreOpening, DirectoryReading, AccessStoring, OperatorStoring,
  RefusalReading, EventAudit, EventReading, ReviewAudit, ReviewKeyStoring
{
  static let nothing = Failure(.notAvailable, "nothing is there")

  func open(_ permit: Permit, writable: Bool) throws -> any TenantStoring { throw Self.nothing }

  func users(
    of directory: Int, attributes: [String], at moment: Timestamp, permit: Permit
  ) -> any AsyncSequence<DirectoryEvent, any Error> & Sendable {
    AsyncThrowingStream { $0.finish(throwing: Self.nothing) }
  }

  func presence(
    of guids: [ObjectGUID], in directory: Int, permit: Permit
  ) async throws -> [ObjectGUID: Presence] { throw Self.nothing }

  func testConnection(of directory: Int, permit: Permit) async -> [ConnectionStep] { [] }

  func localUsers() async throws -> [LocalUser] {
    ["maria", "otto"].map { LocalUser(name: $0, setAt: FakeWorld.moment(0), setBy: "alice") }
  }

  func tokens() async throws -> [TokenDetail] {
    [("audit", ["gone"], 7200), ("nightly", ["admin"], 7200), ("old", ["admin"], 60)].map {
      TokenDetail(
        token: AccessToken(name: $0, roles: $1, expiresAt: FakeWorld.moment($2)),
        createdAt: FakeWorld.moment(0), createdBy: "alice")
    }
  }

  func operators(named names: Set<String>) async throws -> [LocalUser] {
    ["olga", "oskar"].filter(names.contains).map {
      LocalUser(name: $0, setAt: FakeWorld.moment(0), setBy: "alice")
    }
  }

  func operatorTokens(of names: Set<String>) async throws -> [OperatorTokenDetail] {
    [("new", "olga", 7200), ("over", "olga", 60), ("other", "oskar", 7200)]
      .filter { names.contains($0.1) }.map {
        OperatorTokenDetail(
          token: OperatorToken(name: $0, operatorName: $1, expiresAt: FakeWorld.moment($2)),
          createdAt: FakeWorld.moment(0), createdBy: "alice")
      }
  }

  func setPassword(_ password: Password, isReplacing: Bool, at moment: Timestamp) async throws {
    throw Self.nothing
  }
  func remove(at moment: Timestamp) async throws {}
  func createToken(
    _ name: String, expiresAt: Timestamp, at moment: Timestamp
  ) async throws -> String { "tct_\(name)" }

  /// Some seconds after the tokens were made.
  static func moment(_ seconds: Int64) -> Timestamp {
    Timestamp(secondsSince1970: 1_800_000_000 + seconds)
  }

  func setPassword(
    _ password: Password, ofLocalUser name: String, isReplacing: Bool, at moment: Timestamp
  ) async throws { throw Self.nothing }
  func removeLocalUser(_ name: String, at moment: Timestamp) async throws { throw Self.nothing }
  func createToken(
    _ name: String, grant: RoleGrant, expiresAt: Timestamp, at moment: Timestamp
  ) async throws -> String { throw Self.nothing }
  func revokeToken(_ name: String, at moment: Timestamp) async throws { throw Self.nothing }

  func refusals(
    ofTenant tenant: String, fitting filter: HistoryFilter, limit: Int?
  ) throws -> [RefusalRecord] { [] }
  func events(
    ofTenant tenant: String, fitting filter: HistoryFilter, limit: Int?
  ) throws -> [AuditEvent] { [] }
  func record(_ event: AuditEvent) throws { throw Self.nothing }

  func record(_ record: ReviewRecord) throws { throw Self.nothing }
  func secret() throws -> [UInt8]? { nil }
  func keep(_ secret: [UInt8]) throws { throw Self.nothing }
  func signedDigests(ofTenant tenant: String) throws -> [Int64: String] { [:] }
  func goesBack(to moment: Timestamp, ofTenant tenant: String) throws -> Bool { false }
}
