import Administration
import Authorization
import Foundation
import Logging
import PluginContract
import TenantCore
import Testing

@testable import ActiveDirectory

/// All tests against real servers, one after the other: some change what others count.
@Suite("Against real servers", .serialized, .timeLimit(.minutes(10)))
enum RealServers {}

/// The real servers of Scripts/with-directory-servers. Without them a test fails, and says how to
/// start them; it is never skipped.
enum Servers {
  struct NotRunning: Error, CustomStringConvertible {
    var variable: String
    var description: String {
      "\(variable) is not set: run these tests as "
        + "'Scripts/with-directory-servers swift test --filter DirectoryTests'"
    }
  }

  static func value(_ name: String) throws -> String {
    let variable = "TENANTCTL_TEST_" + name
    guard let value = ProcessInfo.processInfo.environment[variable], !value.isEmpty else {
      throw NotRunning(variable: variable)
    }
    return value
  }

  static func number(_ name: String) throws -> Int {
    let text = try value(name)
    guard let number = Int(text) else { throw NotRunning(variable: "TENANTCTL_TEST_" + name) }
    return number
  }

  /// The password of all accounts, from the environment.
  static let password = SecretSource.environment(name: "TENANTCTL_TEST_PASSWORD")

  /// Settings for ACME, PARTNER or SLAPD, over ldaps with the account that reads.
  static func settings(_ name: String = "ACME") throws -> LDAPSettings {
    LDAPSettings(
      hosts: .listed([try value(name + "_HOST")]), port: try number(name + "_TLS_PORT"),
      security: .ldaps, caCertificate: try value("CA"),
      bind: .simple(user: try value(name + "_USER"), password: password),
      rootDN: try value(name + "_BASE"), timeout: .seconds(20))
  }

  static func reader(
    _ settings: LDAPSettings, domain: String = "ACME", exclusions: Exclusions = Exclusions()
  ) -> LDAPDirectoryReader {
    LDAPDirectoryReader(
      directory: Directory(
        domain: domain, dnsDomain: domain.lowercased() + ".example", source: .ldap(settings),
        exclusions: exclusions),
      index: 0, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Changes entries as the administrator, with OpenLDAP's own tools.
  static func change(_ ldif: String, of name: String = "ACME") throws {
    try tool(
      "/usr/bin/ldapmodify", ["-c", "-H", "ldaps://\(try value(name + "_HOST"))"], input: ldif,
      of: name)
  }

  /// What a tool prints; its exit code does not count.
  static func output(of path: String, _ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ["LDAPTLS_CACERT": try value("CA"), "PATH": "/usr/bin:/bin"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return output
  }

  private static func tool(
    _ path: String, _ arguments: [String], input: String, of name: String
  ) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments =
      arguments + [
        "-x", "-D", try value(name + "_ADMIN"), "-w", try value("ADMIN_PASSWORD"),
      ]
    process.environment = ["LDAPTLS_CACERT": try value("CA")]
    let pipe = Pipe()
    process.standardInput = pipe
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    pipe.fileHandleForWriting.write(Data(input.utf8))
    try pipe.fileHandleForWriting.close()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw DirectoryError(.unavailable, "ldapmodify failed: \(process.terminationStatus)")
    }
  }
}

/// All of a read, gathered.
struct Gathered {
  var logins: [String] = []
  var names: [String: String] = [:]
  var anchors: [String: ObjectGUID] = [:]
  var flags: [String: AccountFlags] = [:]
  var exclusions: [String: ExclusionRule] = [:]
  var values: [String: Int] = [:]
  var report: ReadReport?

  /// Reads a directory to its end.
  static func reading(
    _ reader: LDAPDirectoryReader, attributes: [String] = []
  ) async throws -> Gathered {
    try await gathering(reader.users(attributes: attributes, at: .now()), attributes)
  }

  /// Reads an exported directory to its end.
  static func reading(
    _ reader: FileDirectoryReader, attributes: [String] = []
  ) async throws -> Gathered {
    try await gathering(reader.users(attributes: attributes, at: .now()), attributes)
  }

  private static func gathering(
    _ events: EventSequence, _ attributes: [String]
  ) async throws -> Gathered {
    var all = Gathered()
    for try await event in events {
      switch event {
      case .batch(let batch): all.add(batch, counting: attributes.first)
      case .restarted: all = Gathered()
      case .finished(let report): all.report = report
      }
    }
    return all
  }

  private mutating func add(_ batch: DirectoryUserBatch, counting attribute: String?) {
    for index in 0..<batch.count {
      let login = batch.records.column("sAMAccountName")?.raw.text(of: index) ?? ""
      logins.append(login)
      names[login] = batch.records.column("distinguishedName")?.raw.text(of: index)
      anchors[login] = batch.anchors[index]
      flags[login] = batch.flags[index]
      exclusions[login] = batch.exclusions[index]
      if let attribute {
        values[login] = batch.records.column(attribute)?.raw.values(of: index).count
      }
    }
  }
}

/// The error that a read ends with.
func failure(of reader: LDAPDirectoryReader) async -> DirectoryError? {
  do {
    _ = try await Gathered.reading(reader)
    return nil
  } catch {
    return error as? DirectoryError
  }
}
