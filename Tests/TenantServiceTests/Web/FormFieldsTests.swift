import HTTPTypes
import TenantCore
import Testing

@testable import TenantService

@Suite("Fields of forms and queries")
struct FormFieldsTests {
  @Test("names and values are decoded, a name may come several times, blanks are nothing")
  func decoding() {
    let fields = FormFields("row=a&row=b%2Bc&search=%C3%A4+%26&empty=&blank=+&confirm=yes")
    #expect(fields.all("row") == ["a", "b+c"])
    #expect(fields["search"] == "ä &")
    #expect(fields["empty"] == nil)
    #expect(fields["blank"] == nil)
    #expect(fields.exact("blank") == " ")
    #expect(fields.isYes("confirm"))
    #expect(!fields.isYes("nothing"))
  }

  @Test("what cannot be decoded is left out, and hides nothing else")
  func broken() {
    let fields = FormFields("bad=%zz&%ff=1&=x&good=1&&a")
    #expect(fields["bad"] == nil)
    #expect(fields["good"] == "1")
    #expect(fields.exact("a") == "")
  }

  @Test("more fields than a form may have are not read")
  func bounded() {
    let text = String(repeating: "x=1&", count: FormFields.maximumCount + 500)
    #expect(FormFields(text).all("x").count == FormFields.maximumCount)
  }

  @Test("a query is written so that it is read back", arguments: ["a b", "ä&=+%", "x\ny", "<\">'"])
  func roundTrip(value: String) {
    let query = FormFields.query([("search", value), ("page", nil), ("filter", "matched")])
    let fields = FormFields(query)
    #expect(fields.exact("search") == value)
    #expect(fields["filter"] == "matched")
    #expect(fields.exact("page") == nil)
    #expect(query.utf8.allSatisfy { (0x21...0x7E).contains($0) })
  }
}

@Suite("What is asked of the review")
struct ReviewQueryTests {
  private func query(_ text: String) throws -> ReviewQuery {
    try ReviewQuery(FormFields(text), domains: ["ACME", "PARTNER"])
  }

  @Test("without fields it is everything in R4's order, fifty rows")
  func empty() throws {
    let query = try query("")
    #expect(!query.isNarrowed)
    #expect(query.sort == nil)
    #expect(query.page == TablePlace())
    #expect(FormFields.query(query.fields).isEmpty)
  }

  @Test("filter, state, domain, account, search, sort, order, page and size are read (R1)")
  func everything() throws {
    let query = try query(
      "filter=not-matched&state=ambiguous&state=contested&domain=partner&account=disabled"
        + "&search=sm&sort=smtp&order=desc&page=3&size=100")
    #expect(query.states == [.ambiguous, .contested])
    #expect(query.domain == "PARTNER")
    #expect(query.account == .disabled)
    #expect(query.page.offset == 200)
    #expect(query.isDescending)
    let again = try self.query(FormFields.query(query.fields))
    #expect(again == query)
  }

  @Test(
    "unknown words are refused with the known ones",
    arguments: [
      ("filter=nope", "not-matched"), ("state=nope", "linked-stale"), ("domain=nope", "ACME"),
      ("sort=nope", "smtp"), ("account=nope", "unknown"), ("order=up", "desc"),
      ("page=0", "from 1"), ("size=201", "200"), ("page=99999999999999999999", "from 1"),
    ])
  func unknown(text: String, known: String) throws {
    let failure = try #require(throws: WebFailure.self) { try query(text) }
    #expect(failure.status == .badRequest)
    #expect(failure.message.contains(known), "\(failure.message)")
  }
}
