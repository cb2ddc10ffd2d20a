import Testing

/// The folders inside `TenantService` (architecture.md 2): a request comes from the web, is authenticated
/// and answered by pages or API; no folder knows one above it.
@Suite("The folders of the service go one way")
struct FolderTests {
  /// From below. Folders of one line do not know each other; the files beside the folders know all.
  static let order: [[String]] = [
    ["Web"],
    ["Tables", "Notifications"],
    ["Schedule"],
    ["Monitoring", "Authentication"],
    ["Pages", "API"],
  ]

  private static let service = "Sources/TenantService"

  /// The names of the types that the files of each folder declare, at their outermost level and not for
  /// one file only; those of the files beside the folders under an empty name.
  private static func types() throws -> [String: Set<String>] {
    let declaration =
      /(?m)^(?:package )?(?:final |indirect )?(?:struct|class|enum|actor|protocol|typealias) (\w+)/
    var types: [String: Set<String>] = [:]
    for file in try SourceTree.swiftFiles(below: service) {
      let names = try SourceTree.text(file).matches(of: declaration).map { String($0.1) }
      types[folder(of: file), default: []].formUnion(names)
    }
    return types
  }

  private static func folder(of file: String) -> String {
    let parts = file.dropFirst(service.count + 1).split(separator: "/")
    return parts.count > 1 ? String(parts[0]) : ""
  }

  /// The words of a file that may name types: no comments, no texts, no members.
  private static func words(of file: String) throws -> Set<String> {
    let code = try SourceTree.text(file).split(separator: "\n")
      .filter { !$0.drop(while: { $0 == " " }).hasPrefix("//") }.joined(separator: "\n")
      .replacing(/"(?:[^"\\\n]|\\.)*"/, with: "")
    return Set(code.matches(of: /(^|[^.\w])([A-Z]\w+)/).map { String($0.2) })
  }

  @Test("every folder is in the order")
  func everyFolderIsOrdered() throws {
    let folders = try SourceTree.entries(Self.service).filter { !$0.hasSuffix(".swift") }
    #expect(Set(folders) == Set(Self.order.joined()))
  }

  @Test("a type's name stands for one folder")
  func namesAreUnique() throws {
    let all = try Self.types().values.flatMap(Array.init)
    let twice = Dictionary(grouping: all) { $0 }.filter { $0.value.count > 1 }.keys
    #expect(twice.isEmpty, "\(twice.sorted())")
  }

  @Test("a folder uses only types of those below it", arguments: order.indices)
  func useGoesDown(rank: Int) throws {
    let types = try Self.types()
    #expect(types["Web"]?.contains("WebServer") == true)
    #expect(types["Authentication"]?.contains("AuthorizedTenant") == true)
    let below = Set(Self.order[..<rank].joined())
    for file in try SourceTree.swiftFiles(below: Self.service) {
      let folder = Self.folder(of: file)
      guard Self.order[rank].contains(folder) else { continue }
      let words = try Self.words(of: file)
      for (other, names) in types where other != folder && !below.contains(other) {
        let used = words.intersection(names)
        #expect(used.isEmpty, "\(file) uses \(used.sorted()), which is not below it")
      }
    }
  }
}
