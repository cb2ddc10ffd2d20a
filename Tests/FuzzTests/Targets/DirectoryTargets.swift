import Authorization
import PluginContract
import TenantCore

@testable import ActiveDirectory

extension FuzzTarget {
  /// What a server sends, behind libldap.
  static let directory = [
    FuzzTarget(name: "ad-values") { bytes in
      // Lines of `attribute:value`; an empty line ends an entry.
      var decoder = UserDecoder(builder: try .forFuzzing()) { range, _, _ in
        claim(range.next >= 0, "a range goes on behind its last value")
      }
      for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
        let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
        try feed(parts.first.map(Array.init) ?? [], parts.dropFirst().first, to: &decoder)
        if decoder.builder.isFull { look(at: decoder.builder.take()) }
      }
      look(at: decoder.builder.take())
    },
    FuzzTarget(name: "range") { bytes in
      if let next = RangeOption.next(after: String(decoding: bytes, as: UTF8.self)) {
        claim(next > 0, "a range goes on behind its last value")
      }
      _ = AttributeOptions(bytes).areCutRange
    },
    FuzzTarget(name: "certificate") { bytes in
      guard let certificate = PeerCertificate(der: bytes) else { return }
      _ = certificate.summary
      _ = certificate.isFor("dc1.acme.example")
      _ = certificate.isFor("2001:db8::1")
    },
    FuzzTarget(name: "security-identifier") { bytes in
      if let identifier = SecurityIdentifier(bytesOrText: bytes) {
        _ = identifier.relativeID
        _ = identifier.isOfOneDomain
      }
      _ = ObjectGUID(bytes: bytes)
      if let guid = ObjectGUID(String(decoding: bytes, as: UTF8.self)) {
        claim(ObjectGUID(guid.description) == guid, "a GUID is read as it was written")
      }
    },
    FuzzTarget(name: "referral") { bytes in
      _ = ContinuationReferences(
        bases: ["DC=acme,DC=example"],
        server: LDAPServer(
          host: "dc1.acme.example", port: 636, security: .ldaps), unit: "DC=acme,DC=example"
      ).leavesUsersUnread(String(decoding: bytes, as: UTF8.self))
    },
  ]

  private static func feed(
    _ name: [UInt8], _ value: ArraySlice<UInt8>?, to decoder: inout UserDecoder
  ) throws {
    guard let value else { return try name.withUnsafeBytes { try decoder.endEntry(dn: $0) } }
    guard let column = name.withUnsafeBytes({ decoder.column(of: $0) }) else { return }
    value.withUnsafeBytes { decoder.take($0, column: column) }
  }
}
