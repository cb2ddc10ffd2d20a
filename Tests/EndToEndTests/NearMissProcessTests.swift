import Foundation
import Harness
import Testing

/// Files as administrators have them: each row differs in its own way from the user that it means.
@Suite("Near misses, from the files to the review", .timeLimit(.minutes(10)))
struct NearMissProcessTests {
  /// The login, the directory's value, the user's, and the kind.
  private static let mails = [
    ("apostrophe", "o'brien@acme.example", "o’brien@acme.example", "look-alike"),
    ("hyphen", "anna-lena@acme.example", "anna‑lena@acme.example", "look-alike"),
    ("width", "jane@acme.example", "ｊａｎｅ@acme.example", "look-alike"),
    ("dotless", "yıldız@acme.example", "yildiz@acme.example", "look-alike"),
    ("space", "kai.tanaka@acme.example", "kai. tanaka@acme.example", "whitespace"),
    ("nobreak", "kim@acme.example", "k\u{A0}im@acme.example", "whitespace"),
    ("zerowidth", "lee@acme.example", "lee\u{200B}@acme.example", "whitespace"),
    ("named", "doe@acme.example", "Jane Doe <doe@acme.example>", "form"),
    ("mailto", "mailto:roe@acme.example", "roe@acme.example", "form"),
    ("second", "poe@acme.example", "p.poe@acme.example; poe@acme.example", "form"),
    ("dot", "moe@acme.example", "moe@acme.example.", "form"),
    ("idna", "joe@müller.example", "joe@xn--mller-kva.example", "form"),
    ("accent", "rené@acme.example", "rene@acme.example", "accent"),
    ("part", "sue@acme.example", "sue@partner.example", "local-part"),
  ]

  /// The directory's login, the user's Windows login, and the kind.
  private static let logins = [
    ("jslash", "ACME/jslash", "form"), ("jdouble", "ACME\\\\jdouble", "form"),
    ("jupn", "jupn@ACME", "form"), ("jother", "OTHER\\jother", "domain"),
    ("jcyril", "ACME\\jсyril", "look-alike"),
  ]

  /// The login, the directory's employee ID, the user's, and the kind.
  private static let employeeIDs = [
    ("zeros", "004217", "4217", "number-format"), ("decimal", "5218", "5218.0", "number-format"),
    ("science", "123000", "1.23E+05", "number-format"),
    ("grouped", "7654321", "7,654,321", "number-format"),
  ]

  private func person(_ login: String, _ number: Int, _ attribute: String?, _ value: String)
    -> String
  {
    var entry = LDIF.person(login, number: number).dropLast()
    if let attribute {
      entry += "\(attribute):: \(Data(value.utf8).base64EncodedString())\n"
    }
    return entry + "\n"
  }

  private func cell(_ text: String) -> String { "\"\(text)\"" }

  @Test("each row says what differs, and nobody is matched by it")
  func kinds() async throws {
    let tenantctl = try RunTenantctl()
    var (ldif, csv, expected) = ("", "userName,windowsLogin,employeeId,email\n", [String: String]())
    for (number, (login, mail, email, kind)) in Self.mails.enumerated() {
      ldif += person(login, number + 1, "mail", mail)
      csv += "u-\(login),,,\(cell(email))\n"
      expected[login] = "near-miss:\(kind)"
    }
    for (number, (login, windowsLogin, kind)) in Self.logins.enumerated() {
      ldif += person(login, number + 101, nil, "")
      csv += "u-\(login),\(cell(windowsLogin)),,\n"
      expected[login] = "near-miss:\(kind)"
    }
    for (number, (login, here, there, kind)) in Self.employeeIDs.enumerated() {
      ldif += person(login, number + 201, "employeeID", here)
      csv += "u-\(login),,\(cell(there)),\n"
      expected[login] = "near-miss:\(kind)"
    }
    try tenantctl.addTenant(
      "acme", ldif: ldif,
      extra: """
        matching:
          matcher: composite
          strategies: [{ matcher: login }, { matcher: smtp }, { matcher: employee-id }]
        """)
    try tenantctl.folder.write(csv, to: "users.csv")
    try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("users.csv"))
    try await tenantctl.done("sync", "acme")
    let review = try await tenantctl.review("acme")
    var found: [String: String] = [:]
    for row in review.users {
      let login = row.activeDirectoryLogin ?? ""
      found[login] = row.code
      #expect(row.status == "Not Matched")
      #expect(row.reason.candidates == ["u-\(login)"])
    }
    #expect(found == expected)
    let explained = try await tenantctl.done("explain", "acme", "apostrophe")
    #expect(explained.contains("email 'o’brien@acme.example', with ’ (U+2019) for ' (U+0027)"))
  }
}
