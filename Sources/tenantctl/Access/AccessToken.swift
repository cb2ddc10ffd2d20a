internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl access token`.
struct AccessToken: AccessSubjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Create a token for a program that uses the API.",
    discussion: """
      Prints the token's secret, and nothing else, to standard output. It is shown only once: only \
      a hash of it is kept. A token may do what its roles grant, and you cannot give it more than \
      you may do yourself. A token of an operator may do in each tenant what the operator may.

      Examples:
        tenantctl access token acme nightly > nightly.token
        tenantctl access token --operator olga nightly --expires 30d
        tenantctl access token acme audit --role tenant-administrator --expires 12h

      Exit codes: 0 done, 64 usage or no such role, 66 the name is taken, 74 state folder, 77 \
      permission denied, or a role grants more than you have, 78 invalid tenant file.
      """)

  @Argument(
    help: ArgumentHelp(
      "The tenant, and the token's name: 1 to 64 of A-Z a-z 0-9 . _ -", valueName: "tenant-and-name"
    ),
    completion: .custom { words, _, _ in TenantNames.complete(words) })
  var names: [String] = []

  @Option(help: ArgumentHelp("A token of this operator instead.", valueName: "name"))
  var `operator`: String?

  @Option(
    name: .customLong("role"),
    help: ArgumentHelp(
      "A role of the tenant file; may be repeated. Default: the roles that you have.",
      valueName: "role"))
  var roles: [String] = []

  @Option(help: ArgumentHelp("How long it is valid, 1h to 365d.", valueName: "time"))
  var expires = TokenLife.usual

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func validate() throws {
    let subject = try AccessSubject.token(names, operator: `operator`)
    if case .operator = subject, !roles.isEmpty {
      throw ValidationError("an operator's token has the operator's roles; leave --role out")
    }
  }

  func run() async throws {
    switch try AccessSubject.token(names, operator: `operator`) {
    case .tenant(let tenant, let name): try await create(name, of: tenant)
    case .operator(let name, let token): try await create(token ?? "", ofOperator: name)
    }
  }

  private func create(_ name: String, of tenant: String) async throws {
    let session = try await global.tenants.session(tenant, action: "access token")
    let grant = try session.grant(roles)
    let (secret, end) = try await session.createToken(
      name, grant: grant, seconds: expires.seconds)
    try StandardStreams.write(secret + "\n")
    global.notes.say(
      "token '\(name)' of \(tenant) has the roles \(grant.roles.joined(separator: ", ")) until "
        + "\(end); its secret is not shown again")
  }

  private func create(_ name: String, ofOperator owner: String) async throws {
    let access = try await global.tenants.operatorAccess(owner, action: "access token --operator")
    let (secret, end) = try await access.createToken(name, seconds: expires.seconds)
    try StandardStreams.write(secret + "\n")
    global.notes.say(
      "token '\(name)' of operator '\(owner)' is valid until \(end); its secret is not shown again")
  }
}

/// How long a token is valid: hours or days, as they are typed.
struct TokenLife: ExpressibleByArgument, Sendable, Equatable, CustomStringConvertible {
  static let usual = TokenLife(seconds: 90 * 86400, description: "90d")

  let seconds: Int64
  let description: String

  /// Takes `1h` to `365d`.
  init?(argument: String) {
    let units: [Character: Int64] = ["h": 3600, "d": 86400]
    guard let unit = argument.last.flatMap({ units[$0] }),
      argument.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let count = Int64(argument.dropLast()), (1...365 * 24).contains(count),
      count * unit <= 365 * 86400
    else { return nil }
    self.init(seconds: count * unit, description: argument)
  }

  private init(seconds: Int64, description: String) {
    self.seconds = seconds
    self.description = description
  }

  var defaultValueDescription: String { description }
}
