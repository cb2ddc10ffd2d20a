import Testing

@testable import TenantService

@Suite("Forms with files (RFC 7578)")
struct MultipartFormTests {
  private static let type = "multipart/form-data; boundary=\"--x\""

  private func form(_ parts: [String], type: String = type) -> MultipartForm? {
    let body = parts.map { "----x\r\n\($0)\r\n" }.joined() + "----x--\r\n"
    return MultipartForm(body.utf8, contentType: type)
  }

  private static let field = "Content-Disposition: form-data; name=\"csrf\"\r\n\r\na\r\nb"
  private static let file =
    "content-type: text/csv\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a;b.csv\"\r\n\r\n"

  @Test("fields are texts, files are bytes, and a file that was not chosen is none")
  func parts() throws {
    let form = try #require(self.form([Self.field, Self.file + "x,y\r\n--x\r\n"]))
    #expect(form.fields.map(\.name) == ["csrf"] && form.fields.map(\.value) == ["a\r\nb"])
    #expect(form.files == ["file": Array("x,y\r\n--x\r\n".utf8)])
    #expect(self.form([Self.file])?.files.isEmpty == true)
    let fields = FormFields(form)
    #expect(fields["csrf"] == "a\r\nb" && fields.files["file"] != nil)
  }

  @Test("what is no such form is none, wherever it ends")
  func refused() {
    #expect(form([Self.field], type: "multipart/form-data") == nil)
    #expect(form([Self.field], type: "multipart/form-data; boundary=other") == nil)
    #expect(form(["no head"]) == nil && form(["X: y\r\n\r\nz"]) == nil)
    #expect(form([String](repeating: Self.field, count: MultipartForm.maximumCount)) != nil)
    #expect(form([String](repeating: Self.field, count: MultipartForm.maximumCount + 1)) == nil)
    let body = Array("----x\r\n\(Self.field)\r\n----x--".utf8)
    #expect(MultipartForm(body, contentType: Self.type) != nil)
    for end in body.indices {
      #expect(MultipartForm(body[..<end], contentType: Self.type) == nil, "\(end)")
    }
  }
}
