import Glibc
import PluginContract
import TenantCore

/// What a message needs to know of a server's certificate (RFC 5280). Nothing is trusted by it:
/// libldap has verified, or refused, before.
struct PeerCertificate: Equatable {
  var subject: String
  var issuer: String
  var notBefore: Timestamp
  var notAfter: Timestamp
  /// The host names that it is for.
  var names: [String]
  /// The addresses that it is for, in bytes.
  var addresses: [[UInt8]] = []

  /// Reads a certificate; nil if the bytes are none.
  init?(der: [UInt8]) {
    var outer = DERReader(der[...])
    guard var certificate = outer.next(DERReader.sequence)?.reader,
      var fields = certificate.next(DERReader.sequence)?.reader
    else { return nil }
    _ = fields.next(0xa0)  // version
    guard fields.next() != nil, fields.next() != nil,  // serial number, signature algorithm
      let issuer = fields.next(DERReader.sequence),
      var validity = fields.next(DERReader.sequence)?.reader,
      let notBefore = validity.next().flatMap(Self.time),
      let notAfter = validity.next().flatMap(Self.time),
      let subject = fields.next(DERReader.sequence)
    else { return nil }
    self.issuer = Self.name(issuer)
    self.subject = Self.name(subject)
    self.notBefore = notBefore
    self.notAfter = notAfter
    names = []
    while let field = fields.next() {
      if field.tag == 0xa3 { readAlternativeNames(field) }
    }
    if names.isEmpty && addresses.isEmpty { names = Self.commonNames(subject) }
  }

  /// For a line of `test-connection`.
  var summary: String {
    "certificate of '\(subject)', issued by '\(issuer)', valid until \(notAfter)"
  }

  /// True if the certificate is for this host (RFC 6125: a star stands for one leftmost label).
  func isFor(_ host: String) -> Bool {
    let host = host.lowercased()
    if let address = Self.addressBytes(host) { return addresses.contains(address) }
    return names.contains { name in
      let name = name.lowercased()
      guard name.hasPrefix("*.") else { return name == host }
      guard let dot = host.firstIndex(of: ".") else { return false }
      return name.dropFirst() == host[dot...]
    }
  }

  /// A name that the certificate is for, with something in a star's place; nil if it has none.
  var anyName: String? {
    guard let name = names.first else { return addresses.first.map(Self.text) }
    return name.hasPrefix("*.") ? "any" + name.dropFirst() : name
  }

  /// An address as people write it.
  static func text(_ address: [UInt8]) -> String {
    guard address.count == 16 else { return address.map(String.init).joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map {
      Hex.text(of: UInt16(address[$0]) << 8 | UInt16(address[$0 + 1]))
    }.joined(separator: ":")
  }

  // MARK: Fields

  private mutating func readAlternativeNames(_ field: DERReader.Element) {
    var wrapper = field.reader
    guard var extensions = wrapper.next(DERReader.sequence)?.reader else { return }
    for entry in extensions.all() {
      var parts = entry.reader
      // 2.5.29.17, subjectAltName
      guard
        parts.next(DERReader.objectIdentifier)?.content.elementsEqual([0x55, 0x1d, 0x11]) == true
      else { continue }
      guard var value = parts.all().last?.reader, var list = value.next(DERReader.sequence)?.reader
      else { continue }
      for name in list.all() {
        if name.tag == 0x82 { names.append(name.text) }
        if name.tag == 0x87 { addresses.append(Array(name.content)) }
      }
    }
  }

  private static func attributes(_ name: DERReader.Element) -> [(type: [UInt8], value: String)] {
    var sets = name.reader
    return sets.all().flatMap { set -> [(type: [UInt8], value: String)] in
      var pairs = set.reader
      return pairs.all().compactMap { pair in
        var parts = pair.reader
        guard let type = parts.next(DERReader.objectIdentifier), let value = parts.next() else {
          return nil
        }
        return (Array(type.content), value.text)
      }
    }
  }

  /// Short names of the attributes 2.5.4.n, and of domain components.
  private static func label(_ type: [UInt8]) -> String {
    guard type.count == 3, type.starts(with: [0x55, 0x04]) else {
      return type.last == 25 && type.count == 10 ? "DC" : "OID"
    }
    let labels: [UInt8: String] = [3: "CN", 6: "C", 7: "L", 8: "ST", 10: "O", 11: "OU"]
    return labels[type[2]] ?? "OID"
  }

  private static func name(_ element: DERReader.Element) -> String {
    attributes(element).reversed().map { "\(label($0.type))=\($0.value)" }.joined(separator: ",")
  }

  private static func commonNames(_ element: DERReader.Element) -> [String] {
    attributes(element).filter { label($0.type) == "CN" }.map(\.value)
  }

  /// UTCTime has two digits of the year (RFC 5280, section 4.1.2.5.1), GeneralizedTime four.
  private static func time(_ element: DERReader.Element) -> Timestamp? {
    var digits = element.text
    if element.tag == 0x17 { digits = (digits < "50" ? "20" : "19") + digits }
    let parts = Array(digits)
    guard parts.count == 15, parts[14] == "Z" else { return nil }
    func part(_ range: Range<Int>) -> String { String(parts[range]) }
    return Timestamp(
      "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T"
        + "\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z")
  }

  /// The bytes of a numeric address; nil for a name.
  private static func addressBytes(_ host: String) -> [UInt8]? {
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      if unsafe inet_pton(family, host, &bytes) == 1 { return bytes }
    }
    return nil
  }
}
