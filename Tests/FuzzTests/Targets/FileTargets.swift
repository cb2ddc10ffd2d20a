import PluginContract
import TenantCore
import YAMLFiles

@testable import ActiveDirectory
@testable import Administration
@testable import PluginHost
@testable import TenantConfig
@testable import TenantStore

extension FuzzTarget {
  /// Whole files: exports, users files, tenant files, manifests, access files.
  static let files = [
    FuzzTarget(name: "ldif") { bytes in
      try read { builder in
        var file = LDIFDirectoryFile(path: "x.ldif")
        try file.read(TextFile(bytes), into: &builder) { if $0.isFull { look(at: $0.take()) } }
      }
    },
    FuzzTarget(name: "directory-csv") { bytes in
      try read { builder in
        try CSVDirectoryFile(path: "x.csv", reading: CSVReading(threads: 1, blockSize: 64))
          .read(TextSource(TextFile(bytes)), into: &builder) { look(at: $0) }
      }
    },
    FuzzTarget(name: "users-csv") { bytes in
      let parser = UsersFileParser(
        path: "users.csv", reading: CSVReading(threads: 1, blockSize: 64))
      let users = try parser.parse(TextSource(TextFile(bytes)))
      // Of two rows with one name the second is left out.
      claim(users.order.count <= users.count, "each user has one place in the order")
      let names = Set(users.order.map { users.key(of: $0) })
      claim(names.count == users.order.count, "names are unique")
      for user in users.order {
        claim(!users.key(of: user).isEmpty, "each user has a name")
        for field in [TenantField.windowsLogin, .email] { _ = users.value(field, of: user) }
      }
    },
    FuzzTarget(name: "tenant-file") { bytes in
      let document = YAMLDocument(bytes, shownAs: "acme.yaml", kind: .tenant)
      let contents = document.value(
        by: .tenantFile(named: "acme.yaml"), folder: "/tenants",
        facts: TenantFacts(matchers: [], refusedMatchers: [], checksSecretFiles: false))
      claim(
        (contents == nil) == !document.problems.isEmpty, "a file is read, or it is said why not")
    },
    FuzzTarget(name: "manifest") { bytes in
      let document = YAMLDocument(bytes, shownAs: "manifest.yaml", kind: .manifest)
      let manifest = document.value(by: .manifest(in: "badge"), folder: "/plugins/badge")
      claim(
        (manifest == nil) == !document.problems.isEmpty, "a file is read, or it is said why not")
    },
    FuzzTarget(name: "access-file") { bytes in
      let content = try AccessContent(bytes, tenant: "acme", path: "acme.json")
      claim(content.tokens.allSatisfy { $0.digest != nil }, "each token has its digest")
    },
    FuzzTarget(name: "decision-sheet") { bytes in
      let now = Timestamp(secondsSince1970: 1_795_000_000)
      let sheet = try DecisionSheet(bytes, path: "sheet.csv", at: now)
      claim(sheet.lines.allSatisfy { $0.wish.problem(at: now) == nil }, "each decision is whole")
      claim((sheet.rejection == nil) == sheet.problems.isEmpty, "what is wrong is said")
    },
    FuzzTarget(name: "link-sheet") { bytes in
      let sheet = try LinkSheet(bytes, path: "sheet.csv")
      claim(sheet.wishes.count == sheet.lines.count, "each wish has its line")
    },
    FuzzTarget(name: "evidence") { bytes in
      let read = try EvidenceCheck.claim(size: bytes.count) { count, offset in
        Array(bytes.dropFirst(offset).prefix(count))
      }
      claim(read.digest.utf8.count == 64, "what is accepted has a digest")
    },
  ]

  /// Reads into a builder of batches, and looks at what is in it at the end.
  private static func read(_ body: (inout DirectoryBatchBuilder) throws -> Void) throws {
    var builder = try DirectoryBatchBuilder.forFuzzing()
    try body(&builder)
    look(at: builder.take())
  }

  static func look(at batch: DirectoryUserBatch) {
    let count = batch.count
    claim(batch.anchors.count == count && batch.flags.count == count, "the columns are as long")
    for column in batch.records.columns {
      for record in 0..<count { _ = column.raw.texts(of: record) }
    }
  }
}

extension DirectoryBatchBuilder {
  static func forFuzzing() throws -> DirectoryBatchBuilder {
    try DirectoryBatchBuilder(
      directory: 0,
      configuration: Directory(
        domain: "ACME", source: .csv(path: "/x"),
        exclusions: Exclusions(logins: ["svc-*", "a?b*c"], organizationalUnits: ["OU=Rooms"])),
      rootDN: "DC=acme,DC=example", attributes: ["proxyAddresses"],
      moment: Timestamp(secondsSince1970: 1_790_000_000))
  }
}
