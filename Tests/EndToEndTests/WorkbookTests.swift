import Foundation
import Harness
import Testing

/// The program `xlsx` of the same build, as an outside plugin.
@Suite("The plugin xlsx, started by tenantctl", .timeLimit(.minutes(10)))
struct WorkbookTests {
  /// The example tenants after a first run, and the plugin in its user's own place.
  private static func installed() async throws -> RunTenantctl {
    let installation = try await ExampleTests.synced()
    let folder = installation.folder.path("home/.local/share/tenantctl/plugins/xlsx")
    let files = FileManager.default
    try files.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    try files.copyItem(
      atPath: RunTenantctl.program.deletingLastPathComponent().appending(path: "xlsx").path,
      toPath: "\(folder)/xlsx")
    let source = RunTenantctl.repository.appending(path: "Plugins/XLSXExporter/manifest.yaml")
    let manifest = try String(contentsOf: source, encoding: .utf8)
    // A test build needs Swift's libraries, which lie outside what a plugin sees.
    try (manifest + "reads: [\(try await swiftLibraries())]\n").write(
      toFile: "\(folder)/manifest.yaml", atomically: false, encoding: .utf8)
    // Whatever the umask and whatever the build's modes.
    let modes = ["": 0o755, "/../..": 0o755, "/..": 0o755, "/xlsx": 0o755, "/manifest.yaml": 0o644]
    for (name, mode) in modes {
      try files.setAttributes([.posixPermissions: mode], ofItemAtPath: folder + name)
    }
    try await installation.done("plugins", "seal", folder)
    return installation
  }

  private static func swiftLibraries() async throws -> String {
    let libraries = try await RunTenantctl().shell("ldd \"$0\"").output
    let path = libraries.firstMatch(of: #/ (/\S+)/libswiftCore\.so/#)?.1
    return String(try #require(path, "\(libraries)"))
  }

  /// Prints each row of a sheet as its cells, joined by `|`.
  private static let reader = """
    import sys, zipfile
    from xml.etree import ElementTree
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    book = zipfile.ZipFile(sys.argv[1])
    assert book.testzip() is None
    sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sys.argv[2]}.xml"))
    for row in sheet.iter(space + "row"):
        print("|".join("".join(cell.itertext()) for cell in row.iter(space + "c")))
    """

  private static func rows(_ installation: RunTenantctl, sheet: Int) async throws -> [String] {
    let words = ["-c", reader, installation.folder.path("home/acme.xlsx"), "\(sheet)"]
    let answer = try await installation.start(words, program: URL(filePath: "/usr/bin/python3"))
      .answer()
    try #require(answer.code == 0, "\(answer.errors)")
    return answer.lines.map(String.init)
  }

  @Test("writes a workbook with every user and the counts, a whole, private file (R2)")
  func workbook() async throws {
    let installation = try await Self.installed()
    try await installation.done("export", "acme", "--format", "xlsx", "--output", "acme.xlsx")
    #expect(try installation.folder.mode("home/acme.xlsx") == 0o600)
    let users = try await Self.rows(installation, sheet: 1)
    #expect(users.first == "Active Directory Login|SMTP Address|Status")
    #expect(users.contains("jsmith|john.smith@acme.example|Matched"))
    #expect(users.contains { $0.hasPrefix("-zdash|=HYPERLINK(") })
    #expect(users.count == 51 + 1)
    #expect(try await Self.rows(installation, sheet: 2).contains { $0.hasSuffix("|31") })
  }

  @Test("says what its manifest says, and keeps every rule of the contract")
  func contract() async throws {
    let installation = try await Self.installed()
    let folder = installation.folder.path("home/.local/share/tenantctl/plugins/xlsx")
    #expect(try await installation.done("plugins", "check", folder).contains(" 0 broken"))
    #expect(try await installation.done("plugins", "show", "xlsx").contains("an exporter"))
  }

  @Test("is the only one that links a spreadsheet library: tenantctl links none")
  func links() async throws {
    let libraries = try await RunTenantctl().shell("ldd \"$0\"").output
    #expect(libraries.contains("libldap"))
    #expect(!libraries.contains("xlsxwriter"))
  }
}
