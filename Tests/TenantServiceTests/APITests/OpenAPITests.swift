import Foundation
import HTTPTypes
import Harness
import Hummingbird
import Testing
import Workbench

@testable import TenantService

@Suite("The description of the API")
struct OpenAPITests {
  private let file: [String: Any]

  init() throws {
    let object = try JSONSerialization.jsonObject(with: Data(OpenAPIFile.bytes))
    file = try #require(object as? [String: Any])
  }

  /// The operations by method and path.
  private func operations() throws -> [String: [String: Any]] {
    let paths = try #require(file["paths"] as? [String: [String: Any]])
    var operations: [String: [String: Any]] = [:]
    for (path, item) in paths {
      for (method, operation) in item where method != "parameters" {
        operations["\(method.uppercased()) \(path)"] = try #require(operation as? [String: Any])
      }
    }
    return operations
  }

  @Test("every route is described, and nothing else is")
  func routes() throws {
    let folder = try TemporaryFolder()
    let workbench = Workbench(
      Installation(tenants: folder.path("tenants"), state: folder.path("state")), label: "test")
    let clock = ServiceClock.system()
    let files = TenantFiles(workbench: { workbench }, clock: clock)
    let scheduler = Scheduler(
      source: files, jobs: 1, clock: clock, logger: workbench.logger, tell: { _ in })
    let router = try APIServer.router(workbench, files, scheduler, clock)
    let routes = router.routes.map { "\($0.method.rawValue) \($0.path.description)" }
      .filter { $0.contains("/api/") }
    #expect(Set(routes) == Set(try operations().keys))
    #expect(routes.count == 21)
  }

  @Test("every operation has a name of its own, a summary, and the errors that can occur")
  func completeness() throws {
    var names: Set<String> = []
    for (name, operation) in try operations() {
      let id = try #require(operation["operationId"] as? String)
      #expect(names.insert(id).inserted, "\(id)")
      #expect((operation["summary"] as? String)?.isEmpty == false, "\(name)")
      let answers = try #require(operation["responses"] as? [String: Any])
      var needed: Set = ["400", "500"]
      if name != "GET /api/v1/openapi.json" { needed.formUnion(["401", "403"]) }
      if operation["requestBody"] != nil { needed.formUnion(["408", "413", "415"]) }
      let isNamed = ["{row}", "{run}", "{userName}", "{domain}"].contains { name.contains($0) }
      #expect(answers["404"] != nil || !isNamed, "\(name)")
      #expect(needed.isSubset(of: Set(answers.keys)), "\(name)")
      #expect(answers.keys.contains { $0.hasPrefix("2") }, "\(name)")
    }
  }

  @Test("every parameter of a path is described, and every parameter has an example")
  func parameters() throws {
    let paths = try #require(file["paths"] as? [String: [String: Any]])
    for (path, item) in paths {
      let shared = try resolved(item["parameters"])
      let named = shared.filter { $0["in"] as? String == "path" }
        .compactMap { $0["name"] as? String }
      let wanted = path.matches(of: /\{([A-Za-z]+)\}/).map { String($0.1) }
      #expect(Set(named) == Set(wanted), "\(path)")
      for operation in item.values.compactMap({ $0 as? [String: Any] }) {
        for parameter in try shared + resolved(operation["parameters"]) {
          #expect(parameter["example"] != nil && parameter["description"] != nil, "\(path)")
        }
      }
    }
  }

  private func resolved(_ parameters: Any?) throws -> [[String: Any]] {
    try ((parameters as? [[String: Any]]) ?? []).map { parameter in
      guard let reference = parameter["$ref"] as? String else { return parameter }
      return try #require(target(reference) as? [String: Any])
    }
  }

  private func target(_ reference: String) -> Any? {
    reference.split(separator: "/").dropFirst().reduce(file as Any?) { node, name in
      (node as? [String: Any])?[String(name)]
    }
  }

  @Test("every reference leads somewhere, and every component is used")
  func references() throws {
    var used: Set<String> = []
    func visit(_ node: Any) {
      if let object = node as? [String: Any] {
        if let reference = object["$ref"] as? String {
          #expect(reference.hasPrefix("#/") && target(reference) != nil, "\(reference)")
          used.insert(reference)
        }
        for child in object.values { visit(child) }
      } else if let list = node as? [Any] {
        for child in list { visit(child) }
      }
    }
    visit(file)
    let components = try #require(file["components"] as? [String: [String: Any]])
    for (kind, parts) in components where kind != "securitySchemes" {
      for name in parts.keys { #expect(used.contains("#/components/\(kind)/\(name)"), "\(name)") }
    }
    #expect(file["openapi"] as? String == "3.1.0")
    #expect(components["securitySchemes"]?["token"] != nil)
  }

  @Test("it is served to everybody")
  func served() async throws {
    try await APIServer.run { server in
      let reply = try await server.send("GET", "/api/v1/openapi.json", ["Authorization": ""])
      #expect(reply.status == 200 && Array(reply.data) == OpenAPIFile.bytes)
      let tag = try #require(reply.tag)
      let again = try await server.send(
        "GET", "/api/v1/openapi.json", ["Authorization": "", "If-None-Match": tag])
      #expect(again.status == 304)
    }
  }
}
