import Harness
import Logging
import TenantCore

@testable import ActiveDirectory

extension LDAPScriptedServer {
  /// A reader of this server, over plain text.
  func reader(
    units: [String] = [], hosts: [String] = ["127.0.0.1"], timeout: Duration = .seconds(5),
    pageSize: Int = 1000, maxUsers: Int = LDAPSettings.usualMaxUsers
  ) -> LDAPDirectoryReader {
    let settings = LDAPSettings(
      hosts: .listed(hosts), port: port, security: .plaintext,
      bind: .simple(user: "reader", password: .command(["printf", "secret"])),
      rootDN: "DC=acme,DC=example", organizationalUnits: units, pageSize: pageSize,
      timeout: timeout, maxUsers: maxUsers)
    return LDAPDirectoryReader(
      directory: Directory(domain: "ACME", source: .ldap(settings)), index: 0, settings: settings,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }
}
