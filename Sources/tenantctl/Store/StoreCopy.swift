internal import Administration
internal import ArgumentParser
internal import TenantCore
internal import Wiring

/// `tenantctl store copy`.
struct StoreCopy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Move tenants from one store to another, each whole.",
    discussion: """
      A tenant is copied in one transaction while nobody else writes, read back, and compared by a \
      SHA-256 over all that it has; then the source says where it went and refuses to be written. \
      Without names all tenants are copied that you may administer and that the source has. A tenant \
      that the target has already is refused, unless a copy was killed when it was there and the \
      source did not say so yet: if both are still the same, the source is told.

      Examples:
        tenantctl store copy acme --from sqlite:/var/lib/tenantctl --to postgresql:///tenantctl
        tenantctl store copy --from postgresql:///tenantctl --to sqlite:/var/lib/tenantctl

      Exit codes: 0 done, 64 usage, 66 a tenant is not at the source, or is at the target, 74 store, \
      75 a run is under way, 77 permission denied, 78 invalid tenant file. With several tenants, the \
      highest code.
      """)

  @Argument(
    help: "Names of tenants; without any, all.",
    completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenants: [String] = []

  @Option(
    help: ArgumentHelp("Where the tenants are, in a form of --store.", valueName: "url"))
  var from: String

  @Option(help: ArgumentHelp("Where they go.", valueName: "url")) var to: String

  @Option(
    help: ArgumentHelp("The file with the password of --from.", valueName: "file"),
    completion: .file())
  var fromPasswordFile: String?

  @Option(
    help: ArgumentHelp("The file with the password of --to.", valueName: "file"),
    completion: .file())
  var toPasswordFile: String?

  @Flag(
    help: "Replace what the target still has of a tenant that moved away from there.")
  var replaceMoved = false

  @Option(help: "The output format.") var output = AnswerFormat.table
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func validate() throws {
    let problem = StorePair.problem(
      from: from, fromPasswordFile: fromPasswordFile, to: to, toPasswordFile: toPasswordFile)
    if let problem { throw ValidationError(problem) }
  }

  func run() async throws {
    let dependencies = global.dependencies
    let pair = try StorePair(
      from: from, fromPasswordFile: fromPasswordFile, to: to, toPasswordFile: toPasswordFile)
    let copying = dependencies.copying(pair, replacesMoved: replaceMoved)
    let json = output == .json ? JSONOutput(isArray: tenants.count != 1) : nil
    var failure: (any Error)?
    do {
      try await SeveralTenants(
        names: try names(dependencies.tenants), notes: global.notes, json: json
      ).each { name in
        let session = try await dependencies.tenants.session(name, action: TenantSession.copyAction)
        return try await copy(session, with: copying, json)
      }
    } catch {
      failure = error
    }
    try json?.end()
    if let failure { throw failure }
  }

  private func names(_ registry: TenantRegistry) throws -> [String] {
    guard !tenants.isEmpty else { return try registry.administered().map(\.name) }
    var seen: Set<String> = []
    return tenants.filter { seen.insert($0).inserted }
  }

  /// Of all tenants, those are passed over that the source has not, or has no more: so a copy that broke off goes on
  /// where it was.
  private func copy(
    _ session: TenantSession, with copying: any StoreCopying, _ json: JSONOutput?
  ) async throws -> TenantAnswer {
    if tenants.isEmpty {
      switch try await session.presence(in: copying) {
      case .absent: return TenantAnswer()
      case .moved(let place):
        global.notes.say("\(session.tenant.name): moved to \(place) already")
        return TenantAnswer()
      case .present: break
      }
    }
    let copied = try await session.copyStore(with: copying)
    if let note = copied.note { global.notes.say("\(copied.tenant): \(note)") }
    guard let json else { return TenantAnswer(text: Self.text(of: copied)) }
    try json.write(AnswerEncoder.bytes(copied))
    json.endElement()
    return TenantAnswer()
  }

  private static func text(of copied: CopiedTenant) -> String {
    let tables = copied.tables.filter { $0.rows > 0 }.count
    return DisplayText.safe(
      "\(copied.tenant): \(copied.rows) rows of \(tables) tables copied to \(copied.to) and read back"
    )
      + "\ndigest: \(copied.digest)\n"
  }
}
