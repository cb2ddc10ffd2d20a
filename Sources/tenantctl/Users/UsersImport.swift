internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl users import`.
struct UsersImport: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Add and update users from a CSV file; never deletes.",
    discussion: """
      The header names the columns, in any order: \
      userName,windowsLogin,firstName,lastName,employeeId,email,active. One bad row rejects the \
      whole file unless --skip-invalid is given.

      Example:
        tenantctl users import acme users.csv

      Exit codes: 0 done, 64 the tenant reads its users from a file, 74 store, 75 a run is under \
      way, 77 permission denied, 78 invalid users file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(help: "The users file.", completion: .file(extensions: ["csv"])) var file: String
  @Flag(help: "Leave bad rows out instead of rejecting the file.") var skipInvalid = false
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "users import")
    let report = try await session.importUsers(file: file, skipInvalid: skipInvalid)
    for line in report.skipped { global.notes.say("left out: \(line)") }
    for finding in report.findings {
      global.notes.say(
        "\(finding.code.rawValue): \(finding.subject.map { "\($0): " } ?? "")\(finding.message)")
    }
    try StandardStreams.write(
      "\(tenant): \(report.added) added, \(report.updated) updated, \(report.unchanged) unchanged, "
        + "\(report.skipped.count) left out, \(report.findings.count) findings\n")
  }
}
