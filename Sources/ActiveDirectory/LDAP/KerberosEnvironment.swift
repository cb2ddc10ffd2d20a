import Glibc
import Synchronization

/// The environment variables through which Kerberos is told its keytab; it has no other way that
/// libsasl passes on.
///
/// They belong to the whole process, so one bind at a time may hold them, and they are put back.
enum KerberosEnvironment {
  private static let variables = Mutex(0)

  /// Runs a bind with a keytab and a credential cache in memory that nothing else uses; without a
  /// keytab, with the environment as it is (the tickets of whoever called `kinit`).
  static func with<R>(keytab: String?, _ body: () throws -> R) throws -> R {
    guard let keytab else { return try body() }
    return try variables.withLock { number in
      number += 1
      let old = ["KRB5_CLIENT_KTNAME", "KRB5CCNAME"].map { ($0, value(of: $0)) }
      defer { for (name, value) in old { set(name, value) } }
      set("KRB5_CLIENT_KTNAME", "FILE:\(keytab)")
      set("KRB5CCNAME", "MEMORY:tenantctl-\(number)")
      return try body()
    }
  }

  private static func value(of name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  private static func set(_ name: String, _ value: String?) {
    if let value { unsafe setenv(name, value, 1) } else { unsafe unsetenv(name) }
  }
}
