import Administration
import HTTPTypes
import Harness
import Hummingbird
import Testing
import Wiring

@testable import TenantService

@Suite("The description of the API", .timeLimit(.minutes(5)))
struct OpenAPITests {
  private let file: JSONNode

  init() throws { file = try JSONNode(OpenAPIFile.bytes) }

  /// The operations by method and path.
  private var operations: [String: JSONNode] {
    var operations: [String: JSONNode] = [:]
    for (path, item) in file["paths"].members {
      for (method, operation) in item.members where method != "parameters" {
        operations["\(method.uppercased()) \(path)"] = operation
      }
    }
    return operations
  }

  @Test("every route is described, and nothing else is")
  func routes() throws {
    let folder = try TemporaryFolder()
    let dependencies = Dependencies(
      Installation(tenants: folder.path("tenants"), state: folder.path("state")), label: "test")
    let clock = ServiceClock.system()
    let files = TenantFiles(registry: { dependencies.tenants }, clock: clock)
    let scheduler = Scheduler(
      source: files, jobs: 1, clock: clock, logger: dependencies.logger, tell: { _ in })
    let router = try APIServer.router(dependencies, files, scheduler, clock)
    let routes = router.routes.map { "\($0.method.rawValue) \($0.path.description)" }
      .filter { $0.contains("/api/") }
    #expect(Set(routes) == Set(operations.keys))
    #expect(routes.count == 39)
  }

  @Test("every operation has a name of its own, a summary, and the errors that can occur")
  func completeness() throws {
    var names: Set<String> = []
    for (name, operation) in operations {
      let id = try #require(operation["operationId"].text)
      #expect(names.insert(id).inserted, "\(id)")
      #expect(operation["summary"].text?.isEmpty == false, "\(name)")
      let answers = operation["responses"].names
      var needed: Set = ["400", "500"]
      if name != "GET /api/v1/openapi.json" { needed.formUnion(["401", "403"]) }
      if operation["requestBody"] != .missing { needed.formUnion(["408", "413", "415"]) }
      let isNamed = ["{row}", "{run}", "{review}", "{userName}", "{domain}"].contains {
        name.contains($0)
      }
      #expect(answers.contains("404") || !isNamed, "\(name)")
      #expect(needed.isSubset(of: answers), "\(name)")
      #expect(answers.contains { $0.hasPrefix("2") }, "\(name)")
    }
  }

  @Test("every parameter of a path is described, and every parameter has an example")
  func parameters() throws {
    for (path, item) in file["paths"].members {
      let shared = resolved(item["parameters"])
      let named = shared.filter { $0["in"].text == "path" }.compactMap { $0["name"].text }
      let wanted = path.matches(of: /\{([A-Za-z]+)\}/).map { String($0.1) }
      #expect(Set(named) == Set(wanted), "\(path)")
      for operation in item.members.values {
        for parameter in shared + resolved(operation["parameters"]) {
          #expect(parameter["description"] != .missing, "\(path)")
          #expect(parameter["example"] != .missing, "\(path)")
        }
      }
    }
  }

  private func resolved(_ parameters: JSONNode) -> [JSONNode] {
    parameters.items.map { $0["$ref"].text.map(target) ?? $0 }
  }

  private func target(_ reference: String) -> JSONNode {
    reference.split(separator: "/").dropFirst().reduce(file) { $0[String($1)] }
  }

  @Test("every reference leads somewhere, and every component is used")
  func references() throws {
    var used: Set<String> = []
    func visit(_ node: JSONNode) {
      if let reference = node["$ref"].text {
        #expect(reference.hasPrefix("#/") && target(reference) != .missing, "\(reference)")
        used.insert(reference)
      }
      for child in Array(node.members.values) + node.items { visit(child) }
    }
    visit(file)
    let components = file["components"]
    for (kind, parts) in components.members where kind != "securitySchemes" {
      for name in parts.names { #expect(used.contains("#/components/\(kind)/\(name)"), "\(name)") }
    }
    #expect(file["openapi"].text == "3.1.0")
    #expect(components["securitySchemes"]["token"] != .missing)
  }

  @Test("the schemas of answers are those of the types: members, which are always there, and kinds")
  func answers() throws {
    var schemas = AnswerSchemas(file)
    let examples = try AnswerExamples().all
    for (name, answer) in examples {
      schemas.hold(try JSONNode(AnswerEncoder.bytes(answer)), against: name)
    }
    schemas.close()
    #expect(schemas.faults == [])
    #expect(schemas.answers == Set(examples.map(\.schema)))
  }

  @Test("an answer that is not as described is found")
  func wrongAnswers() throws {
    var changes = LinkChanges()
    changes.sentences = ["a"]
    changes.common = "b"
    changes.request = 1
    let right = try JSONNode(AnswerEncoder.bytes(DoneAnswer(dryRun: true, changes)))
    for (change, fault) in [
      (["more": .null], "Done has no member 'more'"), (["dryRun": .null], "Done.dryRun is null"),
      (["done": .list([.number(1)])], "Done.done[] is number"),
    ] as [([String: JSONNode], String)] {
      var schemas = AnswerSchemas(file)
      schemas.hold(.object(right.members.merging(change) { $1 }), against: "Done")
      #expect(schemas.faults == [fault])
    }
    var schemas = AnswerSchemas(file)
    schemas.hold(right.without("done"), against: "Done")
    schemas.close()
    #expect(schemas.faults.contains("Done: no answer had [\"done\"]"))
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
