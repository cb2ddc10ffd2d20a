internal import Foundation
internal import HummingbirdTLS
internal import NIOSSL
internal import TenantCore

/// Where the server's certificate and its key lie.
package struct TLSFiles: Sendable {
  /// A PEM file: the certificate, and those of the authorities between.
  package var certificate: String
  /// A PEM file that others may not read.
  package var key: String

  /// Names the files; nothing is read yet.
  package init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }

  /// Reads the files.
  ///
  /// - Throws: ``Failure`` if one cannot be used, they do not belong together, or others may read
  ///   the key (A4).
  func configuration() throws -> TLSConfiguration {
    try refuseKeyOfOthers()
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(certificate).map {
        NIOSSLCertificateSource.certificate($0)
      }
      let privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain, privateKey: .privateKey(privateKey))
      configuration.minimumTLSVersion = .tlsv12
      // Whether the key is the certificate's is found out here only.
      _ = try NIOSSLContext(configuration: configuration)
      return configuration
    } catch {
      throw Failure(
        .configuration,
        "the certificate '\(certificate)' and its key '\(key)' cannot be used: \(error); both are "
          + "PEM files that the service's account may read")
    }
  }

  private func refuseKeyOfOthers() throws {
    let target = URL(fileURLWithPath: key).resolvingSymlinksInPath().path
    let mode = try? FileManager.default.attributesOfItem(atPath: target)[.posixPermissions]
    guard let mode = mode as? NSNumber, mode.intValue & 0o066 != 0 else { return }
    throw Failure(
      .configuration,
      "others may read or write the key '\(key)' (mode \(String(mode.intValue, radix: 8))); "
        + "run: chmod 600 '\(key)'")
  }
}
