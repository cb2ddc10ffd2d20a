import Foundation
import Harness
import Testing

@testable import TenantService

@Suite("Templates", .timeLimit(.minutes(5)))
struct PageTemplatesTests {
  private static let folder = RunTenantctl.repository
    .appending(path: "Sources/TenantService/Pages")

  private static func names(in folder: URL, _ suffix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
  }

  @Test("every template of the folder is known, and every one that is known is a template")
  func all() throws {
    let names = try Self.names(in: Self.folder.appending(path: "Templates"), ".mustache")
    _ = try PageTemplates()
    #expect(Set(PageTemplates.sources.keys) == Set(names))
    #expect(names.count > 20)
  }

  @Test("a template names nothing that no value has")
  func properties() throws {
    let code = try Self.names(in: Self.folder, ".swift").map {
      try String(contentsOf: Self.folder.appending(path: "\($0).swift"), encoding: .utf8)
    }
    let declared = try Regex(#"(?:let|var) (\w+)\b"#, as: (Substring, Substring).self)
    let properties = Set(code.flatMap { $0.matches(of: declared).map(\.output.1) })
    let tag = try Regex(#"\{\{[#^]?(\w[\w.]*)\}\}"#, as: (Substring, Substring).self)
    for (name, bytes) in PageTemplates.sources {
      for match in String(decoding: bytes, as: UTF8.self).matches(of: tag) {
        let unknown = match.output.1.split(separator: ".").filter { !properties.contains($0) }
        #expect(unknown.isEmpty, "in \(name)")
      }
    }
  }

  /// A page with a value wherever a page of an error has one.
  private func errorPage(_ value: String, status: String = "1") throws -> String {
    let values = ErrorPageValues(
      frame: PageFrame(value), status: status, message: value, requestID: "1", backHref: value,
      backLabel: value)
    return try #require(PageTemplates().text(ErrorPageValues.template, values))
  }

  @Test(
    "what HTML would read as its own is escaped, whatever stands around it",
    arguments: [
      "<script>alert(1)</script>", "\u{600}<img src=x onerror=alert(1)>", "<\u{338}b>",
      "\"\u{301} onfocus=alert(1) x=\"", "'\u{301}", "&\u{301}lt;",
    ])
  func escaping(value: String) throws {
    let page = try errorPage(value)
    let plain = try errorPage("x")
    for byte in "<>\"".utf8 {
      let (found, expected) = (page.utf8.filter { $0 == byte }, plain.utf8.filter { $0 == byte })
      #expect(found.count == expected.count)
    }
  }

  @Test("the head names who is signed in and tells what is told once, if there is either")
  func head() throws {
    var frame = PageFrame("t", crumbs: [("Here", nil)])
    let alone = try head(frame)
    #expect(alone.contains("<span aria-current=\"page\"><bdi>Here</bdi></span>"))
    #expect(!alone.contains("Sign out") && !alone.contains("class=\"note"))
    frame.person = "sam"
    frame.nav = [PageLink(label: "Users", href: "/u", isHere: true)]
    frame.flash = Flash(tone: .good, text: "done")
    let signedIn = try head(frame)
    #expect(signedIn.contains("<li><a href=\"/u\" aria-current=\"page\">Users</a></li>"))
    #expect(signedIn.contains("<bdi>sam</bdi>"))
    #expect(signedIn.contains("<div class=\"note good\" role=\"status\">\n<p>done</p>"))
  }

  private func head(_ frame: PageFrame) throws -> String {
    let values = ErrorPageValues(
      frame: frame, status: "1", message: "m", requestID: "1", backHref: "b", backLabel: "l")
    return try #require(PageTemplates().text("part-head", values))
  }
}
