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
      On a terminal, the password is asked for twice; otherwise it is the first line of standard \
      input. It must have 12 to 1,024 bytes, and only a hash of it is kept (Argon2id). An \
      assignment in the tenant file says what the user may do: \
      { localUser: NAME, roles: [ROLE] }.

      Examples:
        tenantctl access add acme maria
        tenantctl access add acme maria --replace < new-password

      Exit codes: 0 done, 64 invalid name or password, 66 the user exists and --replace was not \
      given, 74 state folder, 77 permission denied, 78 invalid tenant file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(help: "The user's name: 1 to 64 of A-Z a-z 0-9 . _ -") var name: String
  @Flag(help: "Set a new password for a user that exists.") var replace = false
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "access add")
    let password = try await OwnThread.run { try PasswordInput.read() }
    try await session.setPassword(password, ofLocalUser: name, isReplacing: replace)
    try StandardStreams.write("local user '\(name)' of \(tenant) has a new password\n")
    if session.roles(ofLocalUser: name).isEmpty {
      global.notes.say(
        "no assignment in the tenant file names '\(name)', who cannot sign in until one does; add: "
          + "- { localUser: \(name), roles: [\(session.policy.roles.keys.sorted().first ?? "ROLE")] }"
      )
    }
  }
}
