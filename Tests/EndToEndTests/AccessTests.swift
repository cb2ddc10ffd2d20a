import Foundation
import Testing

/// The gate, from the command line.
@Suite("Access")
struct AccessTests {
  static let commands: [[String]] = [
    ["sync", "acme"], ["sync", "acme", "--dry-run"], ["review", "acme"],
    ["review", "acme", "--live"], ["export", "acme"], ["explain", "acme", "jsmith"],
    ["link", "acme", "jsmith", "fox"], ["unlink", "acme", "jsmith"], ["relink", "acme", "jsmith"],
    ["users", "import", "acme", "/nowhere.csv"], ["users", "list", "acme"],
    ["users", "show", "acme", "fox"], ["users", "edit", "acme", "fox", "--email", "x@y"],
    ["test-connection", "acme"], ["history", "acme"],
  ]

  /// The example tenant with a role that grants less.
  private func installation(_ role: String, assignee: String = "fileOwner: true") throws
    -> Installation
  {
    let installation = try Installation(examples: true)
    let text = try installation.read("tenants/acme.yaml")
    try installation.write(
      text.replacingOccurrences(
        of: "[Administer Tenant, Administer Active Directory Authentication]", with: role
      ).replacingOccurrences(of: "fileOwner: true", with: assignee),
      to: "tenants/acme.yaml")
    return installation
  }

  @Test(
    "with one of the two permissions every command exits 77, names the other and opens nothing (A1, A2)",
    arguments: [
      ("[Administer Tenant]", "Administer Active Directory Authentication"),
      ("[Administer Active Directory Authentication]", "Administer Tenant"),
    ])
  func onePermission(held: String, missing: String) throws {
    let installation = try installation(held)
    for (count, command) in Self.commands.enumerated() {
      let answer = try installation.run(command)
      #expect(answer.code == 77, "\(command)")
      #expect(answer.errors.contains("'\(missing)'"), "\(command)")
      #expect(answer.output.isEmpty, "\(command)")
      #expect(try Array(installation.stateContents().keys) == ["audit.log"])
      let audit = try installation.read("state/audit.log").split(separator: "\n")
      #expect(audit.count == count + 1)
      #expect(audit.last?.contains(missing) == true)
    }
  }

  @Test("someone without a role gets the answer for a tenant that does not exist (A5)")
  func noRole() throws {
    let installation = try installation("[Administer Tenant]", assignee: "osUser: someone-else")
    let known = try installation.run("review", "acme")
    let unknown = try installation.run("review", "acmf")
    #expect(known.code == 77)
    #expect(unknown.code == 77)
    #expect(known.errors == unknown.errors.replacingOccurrences(of: "acmf", with: "acme"))
    #expect(try !installation.done("tenants", "list").contains("acme"))
    for name in ["../acme", "/etc/passwd", "", "ACME"] {
      #expect(try installation.run("review", name).code == 77, "\(name)")
    }
  }

  @Test("a tenant file that others may write is refused with the chmod that mends it (A4)")
  func writableFile() throws {
    let installation = try Installation(examples: true)
    let file = installation.tenants.appending(path: "acme.yaml")
    try installation.setMode(0o664, of: file)
    let answer = try installation.run("sync", "acme")
    #expect(answer.code == 78)
    #expect(answer.errors.contains("chmod"))
    try installation.setMode(0o644, of: file)
    try installation.setMode(0o777, of: installation.tenants)
    #expect(try installation.run("sync", "acme").code == 78)
  }

  @Test("errors are JSON where JSON was asked for, with the same exit code")
  func jsonErrors() throws {
    let installation = try installation("[Administer Tenant]")
    let refused = try installation.run("review", "acme", "--output", "json")
    #expect(refused.code == 77)
    #expect(refused.output.contains("\"kind\":\"permission-refused\""))
    #expect(refused.output.contains("\"code\":77"))
    let usage = try installation.run("review", "--output", "json")
    #expect(usage.code == 64)
    #expect(usage.output.contains("\"kind\":\"usage\""))
  }

  @Test("one broken tenant file among several hides none (78)")
  func brokenFile() throws {
    let installation = try Installation(examples: true)
    try installation.write("version: 1\ntenant: broken\nnonsense: 1\n", to: "tenants/broken.yaml")
    let list = try installation.run("tenants", "list")
    #expect(list.code == 78)
    #expect(list.output.contains("globex"))
    #expect(list.errors.contains("broken.yaml:3:1"))
    let sync = try installation.run("sync", "--all")
    #expect(sync.code == 78)
    #expect(
      try installation.done("export", "globex").components(separatedBy: "\r\n").count == 17 + 2)
    #expect(try installation.run("tenants", "validate").code == 78)
    #expect(
      try installation.run(
        "tenants", "validate", installation.tenants.appending(path: "acme.yaml").path
      ).code == 0)
  }
}
