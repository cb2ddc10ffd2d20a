internal import Administration
internal import ArgumentParser
internal import Authorization
internal import OperatingSystem
internal import TenantCore

/// `tenantctl access add`.
struct AccessAdd: AccessSubjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add a local user or an operator, who signs in to the page with a password.",
    discussion: """
      On a terminal, the password is asked for twice; otherwise it is the first line of standard \
      input. It must have 12 to 1,024 bytes, and only a hash of it is kept (Argon2id). An \
      assignment in the tenant file says what a local user may do there: \
      { localUser: NAME, roles: [ROLE] }.

      An operator signs in once, without naming a tenant, and may go to every tenant whose file has \
      { operator: NAME, roles: [ROLE] }. To add one, you need both permissions in each of them.

      Examples:
        tenantctl access add acme maria
        tenantctl access add acme maria --replace < new-password
        tenantctl access add --operator olga

      Exit codes: 0 done, 64 invalid name or password, 66 the user exists and --replace was not \
      given, 74 state folder, 77 permission denied, 78 invalid tenant file.
      """)

  @Argument(
    help: ArgumentHelp(
      "The tenant, and the local user's name: 1 to 64 of A-Z a-z 0-9 . _ -",
      valueName: "tenant-and-name"),
    completion: .custom { words, _, _ in TenantNames.complete(words) })
  var names: [String] = []

  @Option(help: ArgumentHelp("An operator instead.", valueName: "name"))
  var `operator`: String?

  @Flag(help: "Set a new password for a user or an operator that exists.") var replace = false
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func validate() throws { _ = try AccessSubject.person(names, operator: `operator`) }

  func run() async throws {
    switch try AccessSubject.person(names, operator: `operator`) {
    case .tenant(let tenant, let name): try await addLocalUser(name, of: tenant)
    case .operator(let name, _): try await addOperator(name)
    }
  }

  private func addLocalUser(_ name: String, of tenant: String) async throws {
    let session = try await global.tenants.session(tenant, action: "access add")
    let password = try await OwnThread.run { try PasswordInput.read() }
    try await session.setPassword(password, ofLocalUser: name, isReplacing: replace)
    try StandardStreams.write("local user '\(name)' of \(tenant) has a new password\n")
    if session.roles(of: .localUser(name)).isEmpty {
      global.notes.say(
        "no assignment in the tenant file names '\(name)', who cannot sign in until one does; add: "
          + "- { localUser: \(name), roles: [\(session.policy.roles.keys.sorted().first ?? "ROLE")] }"
      )
    }
  }

  private func addOperator(_ name: String) async throws {
    let access = try await global.tenants.operatorAccess(name, action: "access add --operator")
    let password = try await OwnThread.run { try PasswordInput.read() }
    try await access.setPassword(password, isReplacing: replace)
    try StandardStreams.write("operator '\(name)' has a new password\n")
    if let missing = access.missingAssignment { global.notes.say(missing) }
  }
}
