import Foundation
import Harness
import Testing

/// What exports hold beside people, and what they leave out, from file to review.
@Suite(
  "Only living people, and what is not known of them, as a user sees it", .timeLimit(.minutes(10)))
struct LivingPeopleTests {
  /// What `Get-ADUser -Filter * | Export-Csv` writes unless it is asked for more: no mail.
  private static let powershell = """
    #TYPE Microsoft.ActiveDirectory.Management.ADUser
    "DistinguishedName","Enabled","GivenName","Name","ObjectClass","ObjectGUID","SamAccountName",\
    "SID","Surname","UserPrincipalName"
    "CN=Administrator,CN=Users,DC=acme,DC=example","True","","Administrator","user",\
    "03020100-0504-0706-0809-0a0b0c0d0e01","Administrator","S-1-5-21-1-2-3-500","",""
    "CN=krbtgt,CN=Users,DC=acme,DC=example","False","","krbtgt","user",\
    "03020100-0504-0706-0809-0a0b0c0d0e02","krbtgt","S-1-5-21-1-2-3-502","",""
    "CN=Ann Lee,OU=Staff,DC=acme,DC=example","True","Ann","Ann Lee","user",\
    "03020100-0504-0706-0809-0a0b0c0d0e03","alee","S-1-5-21-1-2-3-1103","Lee","alee@acme.example"
    "CN=Bo Li,OU=Staff,DC=acme,DC=example","","Bo","Bo Li","user",\
    "03020100-0504-0706-0809-0a0b0c0d0e04","bli","S-1-5-21-1-2-3-1104","Li","bli@acme.example"

    """

  private func powershellTenant() async throws -> RunTenantctl {
    let tenantctl = try RunTenantctl()
    try tenantctl.folder.write(Self.powershell, to: "tenants/acme.csv")
    try tenantctl.addTenantFile(
      "acme",
      """
      version: 1
      tenant: acme
      directories:
        - { domain: ACME, source: csv, file: acme.csv }
      matching: { matcher: smtp }
      access:
        roles:
          admin: [Administer Tenant, Administer Active Directory Authentication]
        assignments:
          - { fileOwner: true, roles: [admin] }
      """)
    try tenantctl.folder.write(
      "userName,email\nann,alee@acme.example\n", to: "home/users.csv")
    try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("home/users.csv"))
    return tenantctl
  }

  @Test("M4: an export without mail is said once, and nobody is told to create users")
  func missingMail() async throws {
    let tenantctl = try await powershellTenant()
    let sentence =
      "ACME: none of the 3 users has mail, so there was nothing for smtp to compare; export them "
      + "too: Get-ADUser -Properties or csvde -l takes their names"
    let sync = try await tenantctl.done("sync", "acme")
    #expect(sync.hasPrefix("acme: run 1: 3 AD users, 0 matched, 3 not matched (unmatched 3)\n"))
    #expect(sync.contains(" 2 findings; ") && sync.hasSuffix("\n  \(sentence)\n"))
    #expect(try await tenantctl.done("review", "acme").contains("\n\(sentence)\n"))
    #expect(
      try await tenantctl.done("history", "acme").contains("      attribute-missing: \(sentence)\n")
    )
    let review = try await tenantctl.review("acme")
    #expect(review.findings.map(\.code).sorted() == ["attribute-missing", "unknown-flags"])
    #expect(review.findings.allSatisfy { $0.subject == "ACME" })
    for row in review.users {
      #expect(row.code == "no-key-value")
      #expect(
        row.reason.message == "nobody in the directory has mail, so there was nothing to compare")
      #expect(row.reason.nextStep?.contains("attribute-missing") == true)
    }
    let preview = try await tenantctl.done("sync", "acme", "--dry-run")
    #expect(preview.contains("  attribute-missing: \(sentence)\n"))
  }

  @Test("M12: krbtgt is no row; what a file does not tell is null, empty, and can be filtered by")
  func unknown() async throws {
    let tenantctl = try await powershellTenant()
    try await tenantctl.done("sync", "acme")
    let review = try await tenantctl.review("acme")
    #expect(review.users.map(\.activeDirectoryLogin) == ["Administrator", "alee", "bli"])
    #expect(review.users.map(\.enabled) == [true, true, nil])
    #expect(review.users.map(\.locked) == [nil, nil, nil])
    #expect(review.users.map(\.expired) == [nil, nil, nil])
    let finding = try #require(review.findings.first { $0.code == "unknown-flags" })
    #expect(
      finding.message
        == "it is not known whether 1 of 3 users are enabled (userAccountControl), 3 of 3 users are "
        + "locked (msDS-User-Account-Control-Computed, lockoutTime), 3 of 3 users are expired "
        + "(accountExpires): these attributes could not be read; export them too: Get-ADUser "
        + "-Properties or csvde -l takes their names")
    #expect(
      try await tenantctl.done(
        "export", "acme", "--columns", "activeDirectoryLogin,enabled,locked")
        == "Active Directory Login,enabled,locked\r\nAdministrator,true,\r\nalee,true,\r\nbli,,\r\n"
    )
    let explained = try await tenantctl.done("explain", "acme", "bli")
    #expect(
      explained.contains("account            enabled: not known, locked: not known, expired: "))
    let filtered = try await tenantctl.done("review", "acme", "--account", "unknown")
    #expect(filtered.contains("bli") && !filtered.contains("alee"))
    #expect(filtered.contains("shown: 1 of 3"))
    let live = try await tenantctl.done(
      "review", "acme", "--live", "--account", "enabled", "--output", "json")
    #expect(live.contains("\"alee\"") && !live.contains("\"bli\""))
    let both = try await tenantctl("review", "acme", "--account", "unknown", "--disabled")
    #expect(both.code == 64)
  }

  @Test("M12, S5: a linked account that a file calls deleted is a vanished link")
  func deleted() async throws {
    let tenantctl = try RunTenantctl()
    let people = [
      LDIF.person("ann", number: 1, mail: "ann@x"), LDIF.person("bob", number: 2, mail: "bob@x"),
      LDIF.person("eve", number: 3, mail: "eve@x", unit: "CN=Deleted Objects"),
    ]
    try tenantctl.addTenant("acme", ldif: people.joined())
    try tenantctl.folder.write("userName,windowsLogin\nbo,ACME\\bob\n", to: "home/users.csv")
    try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("home/users.csv"))
    try await tenantctl.done("sync", "acme")
    #expect(try await tenantctl.review("acme").users.map(\.state) == ["unmatched", "found"])
    try tenantctl.folder.write(
      people.joined().replacing(
        "sAMAccountName: bob\n", with: "sAMAccountName: bob\nisDeleted: TRUE\n"),
      to: "tenants/acme.ldif")
    try await tenantctl.done("sync", "acme")
    let review = try await tenantctl.review("acme")
    #expect(review.users.map(\.activeDirectoryLogin) == ["ann"])
    #expect(review.vanished == ["bo": "source-deleted"])
    #expect(try await tenantctl("explain", "acme", "eve").code == 66)
  }

  @Test("M12: who has no lockoutTime in a file in which others have one is not locked")
  func lockout() async throws {
    let tenantctl = try RunTenantctl()
    let people = (1...3).map { LDIF.person("p\($0)", number: $0) }.joined().replacing(
      "sAMAccountName: p2\n",
      with: "sAMAccountName: p2\nlockoutTime: 134344735990000000\naccountExpires: 0\n")
    try tenantctl.addTenant("acme", ldif: people)
    try await tenantctl.done("sync", "acme")
    let review = try await tenantctl.review("acme")
    #expect(review.users.map(\.locked) == [false, true, false])
    #expect(review.users.map(\.expired) == [nil, false, nil])
    #expect(review.findings.map(\.code) == ["unknown-flags"])
    let locked = try await tenantctl.done("review", "acme", "--account", "locked")
    #expect(locked.contains("p2") && !locked.contains("p3"))
  }
}
