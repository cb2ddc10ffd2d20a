/// What stands behind the first `;` of an attribute's name, such as `range=0-1499` (RFC 4512,
/// section 2.5).
struct AttributeOptions {
  private let names: [String]

  /// Takes the options, with or without the `;` before them, in any case.
  init(_ bytes: some Collection<UInt8>) {
    names =
      bytes.isEmpty
      ? []
      : String(decoding: bytes, as: UTF8.self).lowercased().split(separator: ";").map(String.init)
  }

  /// True if the attribute is still itself: a part of its values, or their transfer as bytes. Any
  /// other option, such as `lang-en`, makes it another attribute (RFC 4512, section 2.5.2).
  var leaveAttribute: Bool { names.allSatisfy { $0 == "binary" || $0.hasPrefix("range=") } }

  /// True if a range does not end with `*`: the server kept values back (MS-ADTS, section
  /// 3.1.1.3.1.3.3).
  var areCutRange: Bool { names.contains { $0.hasPrefix("range=") && !$0.hasSuffix("*") } }
}
