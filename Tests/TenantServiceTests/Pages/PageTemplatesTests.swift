import Foundation
import Harness
import Testing

@testable import TenantService

@Suite("Templates")
struct PageTemplatesTests {
  private func text(_ template: String, _ values: [String: Any]) throws -> String {
    try #require(PageTemplates().text(template, values))
  }

  @Test("every template of the folder is known, and every one that is known is a template")
  func all() throws {
    let folder = RunTenantctl.repository
      .appending(path: "Sources/TenantService/Pages/Templates").path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".mustache") }.map { String($0.dropLast(".mustache".count)) }
    let templates = try PageTemplates()
    for name in names { _ = try templates.answer(name, ["title": "x", "assets": ["css": ""]]) }
    #expect(names.count > 20)
  }

  @Test(
    "what HTML would read as its own is escaped, whatever stands around it",
    arguments: [
      "<script>alert(1)</script>", "\u{600}<img src=x onerror=alert(1)>", "<\u{338}b>",
      "\"\u{301} onfocus=alert(1) x=\"", "'\u{301}", "&\u{301}lt;",
    ])
  func escaping(value: String) throws {
    let page = try text(
      "error",
      [
        "title": value, "status": "1", "message": value, "backHref": value, "backLabel": "x",
        "assets": ["css": "c", "js": "j", "icon": "i"], "hasCrumbs": false, "csrf": "",
      ])
    let plain = try text(
      "error",
      [
        "title": "t", "status": "1", "message": "m", "backHref": "h", "backLabel": "x",
        "assets": ["css": "c", "js": "j", "icon": "i"], "hasCrumbs": false, "csrf": "",
      ])
    for byte in "<>\"".utf8 {
      let (found, expected) = (page.utf8.filter { $0 == byte }, plain.utf8.filter { $0 == byte })
      #expect(found.count == expected.count)
    }
  }
}
