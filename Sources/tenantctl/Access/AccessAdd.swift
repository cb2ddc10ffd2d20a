internal import Administration
internal import ArgumentParser
internal import Authorization
internal import OperatingSystem
internal import TenantCore

/// `tenantctl access add`.
struct AccessAdd: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add a local user, who signs in to the page with a password.",
    discussion: """
      The password is asked for twice on the terminal; where standard input is none, its first \
      line is the password. It has 12 to 1,024 bytes, and only a hash of it is kept (Argon2id). \
      What the user may do, an assignment of the tenant file says: \
      { localUser: NAME, roles: [ROLE] }.

      Examples:
        tenantctl access add acme maria
        tenantctl access add acme maria --replace < new-password

      Exit codes: 0 done, 64 name or password of the wrong form, 66 there is such a user and \
      --replace was not given, 74 state folder, 77 permission refused, 78 tenant file wrong.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(help: "The user's name: 1 to 64 of A-Z a-z 0-9 . _ -") var name: String
  @Flag(help: "Give a user who is there already another password.") var replace = false
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "access add")
    let password = try await OwnThread.run { try PasswordInput.read() }
    try await session.access.setPassword(
      password, ofLocalUser: name, isReplacing: replace, at: .now())
    try StandardStreams.write("local user '\(name)' of \(tenant) has a new password\n")
    if session.policy.roles(ofLocalUser: name).isEmpty {
      global.notes.say(
        "no assignment in the tenant file names '\(name)', who cannot sign in until one does: "
          + "- { localUser: \(name), roles: [\(session.policy.roles.keys.sorted().first ?? "ROLE")] }"
      )
    }
  }
}

extension AccessPolicy {
  /// The roles that the tenant file gives to a local user, each once.
  func roles(ofLocalUser name: String) -> [String] {
    var seen: Set<String> = []
    return assignments.filter { $0.assignee == .localUser(name) }.flatMap(\.roles)
      .filter { seen.insert($0).inserted }
  }
}
