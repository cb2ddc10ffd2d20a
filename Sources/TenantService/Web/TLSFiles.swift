internal import HummingbirdTLS
internal import NIOSSL

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
  func configuration() throws -> TLSConfiguration {
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(certificate).map {
        NIOSSLCertificateSource.certificate($0)
      }
      let privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain, privateKey: .privateKey(privateKey))
      configuration.minimumTLSVersion = .tlsv12
      return configuration
    } catch {
      throw ServiceFailure(
        .configuration,
        "the certificate '\(certificate)' and its key '\(key)' cannot be used: \(error); both are "
          + "PEM files that the service's account may read")
    }
  }
}
