import Foundation
import Harness
import Testing

/// `tenantctl tenants schema`, judged by a validator that is not ours and by the reader.
@Suite("The schema for editors", .timeLimit(.minutes(10)))
struct SchemaProcessTests {
  /// Sections `matching` that are right.
  static let right = [
    "{}",
    "{ options: {} }",
    "{ matcher: login }",
    "{ matcher: smtp, options: { proxyAddresses: true } }",
    "{ matcher: user-name, options: { attribute: mail } }",
    "{ matcher: composite, mode: all, strategies: [{ matcher: name }] }",
    "{ matcher: composite, strategies: [{ matcher: smtp, options: { proxyAddresses: false } }] }",
    "{ matcher: badge, options: { digits: 6, prefix: A } }",
    "{ matcher: badge, options: { from: pager, strict: true } }",
    "{ matcher: composite, strategies: [{ matcher: badge, options: { digits: -1 } }] }",
  ]

  /// Sections `matching` that are wrong in one thing each.
  static let wrong = [
    "{ options: { proxyAddresses: true } }",
    "{ matcher: smpt }",
    "{ matcher: '' }",
    "{ matcher: login, options: { proxyAddresses: true } }",
    "{ matcher: smtp, options: { proxyAddress: true } }",
    "{ matcher: smtp, options: { proxyAddresses: 1 } }",
    "{ matcher: smtp, options: { proxyAddresses: 'true' } }",
    "{ matcher: user-name, options: { attribute: pager } }",
    "{ matcher: login, mode: first }",
    "{ matcher: login, strategies: [{ matcher: smtp }] }",
    "{ strategies: [{ matcher: smtp }] }",
    "{ matcher: composite }",
    "{ matcher: composite, strategies: [] }",
    "{ matcher: composite, options: { x: 1 }, strategies: [{ matcher: name }] }",
    "{ matcher: composite, strategies: [{ matcher: composite }] }",
    "{ matcher: composite, strategies: [{ matcher: smpt }] }",
    "{ matcher: composite, strategies: [{ options: {} }] }",
    "{ matcher: composite, strategies: [{ matcher: smtp, options: { domain: x } }] }",
    "{ matcher: badge, options: { digits: six } }",
    "{ matcher: badge, options: { digits: 6.5 } }",
    "{ matcher: badge, options: { prefix: '' } }",
    "{ matcher: badge, options: { prefix: 7 } }",
    "{ matcher: badge, options: { from: mail } }",
    "{ matcher: badge, options: { strict: 'no' } }",
    "{ matcher: composite, strategies: [{ matcher: badge, options: { digit: 6 } }] }",
  ]

  @Test("tenants/tenant.schema.json is what the program prints without outside plugins")
  func repository() async throws {
    let installation = try RunTenantctl()
    let file = RunTenantctl.repository.appending(path: "tenants/tenant.schema.json")
    let stored = try String(contentsOf: file, encoding: .utf8)
    let answer = try await installation("tenants", "schema")
    #expect(
      answer.output == stored,
      "renew it: tenantctl tenants schema > tenants/tenant.schema.json")
    #expect(answer.errors.isEmpty)
    #expect(answer.output.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
  }

  @Test("the example tenants are right by it")
  func examples() async throws {
    let installation = try RunTenantctl.withExamples()
    let example = try installation.read("tenants/live-directory.yaml.example")
    try installation.addTenantFile("live-directory", example)
    let judge = try await SchemaJudge(installation)
    #expect(try await judge.problems(of: ["acme", "globex", "live-directory"]) == "")
  }

  @Test("matchers and options are right and wrong by it as they are by the reader")
  func agreement() async throws {
    let installation = try RunTenantctl()
    try installation.addBadgePlugin()
    let sections = Self.right + Self.wrong
    let tenants = sections.indices.map { "tenant-\($0)" }
    for (tenant, section) in zip(tenants, sections) {
      try installation.addTenantFile(
        tenant, "version: 1\ntenant: \(tenant)\nmatching: \(section)\n")
    }
    let plugins = installation.folder.path("plugins")
    let judged = try await SchemaJudge(installation, "--plugins", plugins).problems(of: tenants)
    // Right files get as far as the start of the plugin, which is none; only the reader names lines.
    let read = try await installation("tenants", "validate", "--plugins", plugins).errors
    for (index, tenant) in tenants.enumerated() {
      let isRight = index < Self.right.count
      #expect(!judged.contains("/\(tenant).yaml:") == isRight, "schema: \(sections[index])")
      #expect(!read.contains("/\(tenant).yaml:3:") == isRight, "reader: \(sections[index])")
    }
  }

  @Test("an outside matcher's options have sentence, type and default, in both places")
  func outside() async throws {
    let installation = try RunTenantctl()
    try installation.addBadgePlugin()
    let words = ["tenants", "schema", "--plugins", installation.folder.path("plugins")]
    let answer = try await installation.run(words)
    #expect(answer.code == 0)
    #expect(answer.errors.isEmpty)
    let text = answer.output.filter { !$0.isWhitespace }
    for option in [
      #""digits": {"description": "How many digits there are.", "type": "integer", "default": 6}"#,
      #""prefix": {"description": "What stands before them.", "type": "string", "minLength": 1}"#,
      #""description": "The attribute of the directory that holds the badge.""#,
      #""enum": ["badge", "pager"]"#, #""default": "badge""#,
      #""strict": {"description": "Says \"no\" to blanks.", "type": "boolean", "default": false}"#,
    ] {
      #expect(text.ranges(of: option.filter { !$0.isWhitespace }).count == 2, "\(option)")
    }
  }

  @Test("a refused plugin's options are left out, and a note says why")
  func refused() async throws {
    let installation = try RunTenantctl()
    try installation.addBadgePlugin()
    let plugins = installation.folder.path("plugins")
    let plain = try await installation("tenants", "schema")
    try installation.folder.write("#!/bin/sh\nexit 1\n", to: "plugins/badge/badge")
    let changed = try await installation("tenants", "schema", "--plugins", plugins)
    #expect(changed.code == 0)
    #expect(changed.output == plain.output)
    #expect(changed.errors.contains("left out: plugin 'badge': its program"))
    try installation.addBadgePlugin()
    try installation.setMode(0o777, of: "plugins/badge")
    let open = try await installation("tenants", "schema", "--plugins", plugins)
    #expect(open.output == plain.output)
    #expect(open.errors.contains("left out: plugin 'badge'"))
    let quiet = try await installation("tenants", "schema", "--plugins", plugins, "--quiet")
    #expect(quiet.output == plain.output)
    #expect(quiet.errors.isEmpty)
  }
}
