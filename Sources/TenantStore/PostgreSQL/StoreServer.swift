package import TenantCore

/// A PostgreSQL, or several of which one is written to, as ``StoreLocation`` has checked its URL.
package struct StoreServer: Sendable, Hashable, CustomStringConvertible {
  /// libpq's own URL with what was left to say: never a password, and TLS that verifies the server unless every host
  /// is a socket or a loopback address.
  package let conninfo: String
  /// The file with the password; nil if libpq looks in its own places, or none is needed.
  package let passwordFile: String?

  /// Takes what was checked.
  package init(conninfo: String, passwordFile: String?) {
    self.conninfo = conninfo
    self.passwordFile = passwordFile
  }

  /// The URL without its parameters, for messages and for the note of where a tenant has gone.
  package var description: String { conninfo.prefix { $0 != "?" }.description }

  /// Reads the password, which is overwritten when it goes; nil if there is no file of it. To be called when the
  /// connection is about to be made, each time.
  ///
  /// - Throws: ``StoreError`` that names the file and the remedy.
  package func password() throws -> Secret? {
    guard let passwordFile else { return nil }
    var secret: Secret
    do throws(SecretFile.Refusal) {
      secret = try SecretFile.bytes(of: passwordFile, kind: "password file")
    } catch {
      throw StoreError(.store, error.message, cause: error.cause)
    }
    let problem = unsafe secret.withBytes {
      unsafe PasswordText.problem(of: $0, whyNotEmpty: "the server would take it for none")
    }
    if let problem {
      throw StoreError(.store, "the password from file '\(passwordFile)' \(problem)")
    }
    secret.keepFirstLine()
    return secret
  }
}
