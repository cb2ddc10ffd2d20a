internal import Crypto
internal import Foundation
internal import OperatingSystem
internal import PluginContract
internal import TenantCore

/// The key with which a tenant's reviews are signed: Ed25519 (RFC 8032).
struct ReviewKey {
  private let key: Curve25519.Signing.PrivateKey

  /// Makes a new one.
  init() { key = Curve25519.Signing.PrivateKey() }

  /// Takes the 32 bytes of one; nil if they are none.
  init?(secret: [UInt8]) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret) else {
      return nil
    }
    self.key = key
  }

  /// The 32 bytes that are kept.
  var secret: [UInt8] { Array(key.rawRepresentation) }

  var publicKey: String { Hex.text(key.publicKey.rawRepresentation) }

  /// Signs the digest of a round as it is written, in hexadecimal.
  func sign(digest: String) throws -> KeySignature {
    let signature = try key.signature(for: Data(digest.utf8))
    return KeySignature(publicKey: publicKey, signature: Hex.text(signature))
  }
}

extension KeySignature {
  /// True if the signature is the key's, over this digest.
  func isRight(for digest: String) -> Bool {
    guard let keyBytes = Hex.bytes(publicKey.utf8), let bytes = Hex.bytes(signature.utf8),
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: keyBytes)
    else { return false }
    return key.isValidSignature(bytes, for: Data(digest.utf8))
  }

  /// The document of the evidence.
  var document: String {
    """
    algorithm: Ed25519
    public key: \(publicKey)
    signature: \(signature)

    """
  }

  /// Reads what ``document`` gives, and nothing else.
  init?(document: [UInt8]) {
    let lines = String(decoding: document, as: UTF8.self).split(separator: "\n")
    func value(_ name: String) -> String {
      lines.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) } ?? ""
    }
    self.init(publicKey: value("public key"), signature: value("signature"))
    guard Array(self.document.utf8) == document else { return nil }
  }
}

extension TenantSession {
  /// Makes the key that signs the tenant's reviews from now on, if there is none.
  ///
  /// - Returns: the public key, in hexadecimal, and whether it was made.
  package func makeReviewKey() async throws -> (publicKey: String, isNew: Bool) {
    if let key = try await reviewKey() { return (key.publicKey, false) }
    let (keys, key) = (ports.reviewKeys, ReviewKey())
    let secret = key.secret
    try await OwnThread.run { try keys.keep(secret) }
    return (key.publicKey, true)
  }

  /// The key that signs the tenant's reviews; nil if there is none.
  func reviewKey() async throws -> ReviewKey? {
    let keys = ports.reviewKeys
    guard let secret = try await OwnThread.run({ try keys.secret() }) else { return nil }
    guard let key = ReviewKey(secret: secret) else {
      throw Failure(.storeFailure, "the key of the reviews of tenant '\(tenant.name)' is damaged")
    }
    return key
  }
}
