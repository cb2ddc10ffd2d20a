extension Likeness {
  /// The most addresses that are read out of one value.
  private static let maximumAddresses = 8

  /// The mail addresses that a value holds, however it is written: what ``NearMissKind/form``
  /// compares for addresses.
  ///
  /// `Jane Doe <jane@x>`, `mailto:jane@x?subject=Hi`, `'jane@x'`, `jane@x.` and one of
  /// `jane@x; joe@x` are `jane@x`, and `jane@xn--mller-kva.example` is `jane@müller.example`. What
  /// looks alike is equal, as in ``withoutLookAlikes(_:)``. Empty for a value without an address.
  public static func addresses(in value: ArraySlice<UInt8>) -> [[UInt8]] {
    if isPlain(value) {
      guard let index = value.lastIndex(of: at), index > value.startIndex,
        index + 1 < value.endIndex
      else { return [] }
      return [plainASCII(value)]
    }
    let text = withoutForeignLookAlikes(value)
    var found = text.split(whereSeparator: separatesAddresses).compactMap(address)
    // Spaces around the at sign leave no part that is an address.
    if found.isEmpty { found = [withoutSpaces(text[...])[...]].compactMap(address) }
    var addresses: [[UInt8]] = []
    for one in found.prefix(maximumAddresses) {
      let plain = plainASCII(withoutSpaces(one[...]))
      if !addresses.contains(plain) { addresses.append(plain) }
    }
    return addresses
  }

  /// The Windows logins that a value holds, however it is written: what ``NearMissKind/form``
  /// compares for logins.
  ///
  /// `acme/jsmith`, `acme\\jsmith`, `\\acme\jsmith`, `"acme\jsmith"` and `acme.\jsmith` are
  /// `acme\jsmith`, `.\jsmith` (this machine's domain) is `jsmith`; a value with an at sign and no
  /// domain before it is read as ``addresses(in:)``.
  public static func logins(in value: ArraySlice<UInt8>) -> [[UInt8]] {
    if isPlain(value), isPlainLogin(value) { return [plainASCII(value)] }
    let text = withoutSpaces(withoutForeignLookAlikes(value)[...])
    let isSlash = { (byte: UInt8) in byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "/") }
    if text.contains(at), !text.contains(where: isSlash) { return addresses(in: value) }
    let parts = text.split(whereSeparator: isSlash).map { trimmed($0) }
    let named = parts.filter { !$0.isEmpty }
    guard !named.isEmpty else { return [] }
    return [plainASCII(Array(named.joined(separator: [UInt8(ascii: "\\")])))]
  }

  private static let at = UInt8(ascii: "@")
  private static let backslash = UInt8(ascii: "\\")

  /// True for letters and digits of ASCII and what mostly stands between them, so that nothing is taken
  /// off and nothing is decoded.
  static func isPlain(_ value: ArraySlice<UInt8>) -> Bool {
    var last: UInt8 = 0
    for byte in value {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "."), UInt8(ascii: "_"), at, backslash:
        break
      // Two may belong to an IDNA label.
      case UInt8(ascii: "-") where last != byte: break
      default: return false
      }
      last = byte
    }
    return !value.isEmpty && last != UInt8(ascii: ".")
  }

  /// True for a plain value that is a login as it stands: with a domain before one backslash, or without.
  private static func isPlainLogin(_ value: ArraySlice<UInt8>) -> Bool {
    guard let index = value.firstIndex(of: backslash) else { return !value.contains(at) }
    return index > value.startIndex && index + 1 < value.endIndex
      && value[index - 1] != UInt8(ascii: ".") && !value[(index + 1)...].contains(backslash)
  }

  private static func separatesAddresses(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: "/"),
      UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"),
      UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\""):
      true
    default: false
    }
  }

  /// What is left of a part without what stands around an address, its domain in Unicode; nil if
  /// that is no address.
  private static func address(_ part: ArraySlice<UInt8>) -> [UInt8]? {
    let target = part.split(separator: UInt8(ascii: "?")).first ?? []
    let bare = trimmed(target.split(separator: UInt8(ascii: ":")).last ?? [])
    guard let index = bare.lastIndex(of: at), index > bare.startIndex,
      index + 1 < bare.endIndex
    else { return nil }
    return bare[...index] + unicodeDomain(bare[(index + 1)...])
  }

  /// Without quotes, brackets, commas, semicolons and dots at the ends; a dot at the end of a name
  /// is the root of the DNS, one alone is nothing.
  private static func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isFrame = { (byte: UInt8) in separatesAddresses(byte) || byte == UInt8(ascii: "'") }
    let inner = value.drop(while: isFrame)
    let end = inner.lastIndex { !isFrame($0) && $0 != UInt8(ascii: ".") }
    return end.map { inner[...$0] } ?? []
  }

  /// A domain with its IDNA labels (RFC 5890, `xn--`) as what they stand for, in canonical form.
  private static func unicodeDomain(_ domain: ArraySlice<UInt8>) -> [UInt8] {
    let prefix = Array("xn--".utf8)
    let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let decoded = labels.map { label -> [UInt8] in
      guard label.starts(with: prefix),
        let scalars = Punycode.decode(label.dropFirst(prefix.count))
      else { return Array(label) }
      return withoutForeignLookAlikes(canonical(scalars)[...])
    }
    return Array(decoded.joined(separator: [UInt8(ascii: ".")]))
  }
}
