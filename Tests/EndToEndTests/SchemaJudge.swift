import Foundation
import Harness
import Testing

/// Debian's JSON Schema validator for Python with the schema that the program prints.
struct SchemaJudge {
  let installation: RunTenantctl

  init(_ installation: RunTenantctl, _ words: String...) async throws {
    self.installation = installation
    let answer = try await installation.run(["tenants", "schema"] + words)
    try installation.folder.write(answer.output, to: "schema.json")
  }

  /// What is wrong in tenants' files, a line a problem, with the file's path; empty if nothing is.
  func problems(of tenants: [String]) async throws -> String {
    let files = tenants.map { installation.folder.path("tenants/\($0).yaml") }
    let answer = try await installation.start(
      ["-c", Self.script, installation.folder.path("schema.json")] + files,
      program: URL(filePath: "/usr/bin/python3")
    ).answer()
    try #require(answer.code == 0, "Scripts/install-dependencies test: \(answer.errors)")
    return answer.output
  }

  private static let script = """
    import json, sys, jsonschema, yaml
    schema = json.load(open(sys.argv[1], encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in sys.argv[2:]:
        for error in validator.iter_errors(yaml.safe_load(open(path, encoding="utf-8"))):
            print(f"{path}: {error.json_path}: {error.message}")
    """
}
