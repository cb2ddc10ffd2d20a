internal import PluginContract

/// What a row of the snapshot is ordered and found by, as bytes whose order is R4's: the folded domain, the folded
/// login, and the GUID or, for a record without a usable one, text made of its distinguished name.
///
/// A text ends with 0 and 1; a 0 within it is followed by 255, so that no text runs into the next one.
enum SnapshotKey {
  /// Appends the domain or the login.
  static func append(text: ArraySlice<UInt8>, to output: inout [UInt8]) {
    if text.contains(0) {
      for byte in text {
        output.append(byte)
        if byte == 0 { output.append(255) }
      }
    } else {
      output.append(contentsOf: text)
    }
    output.append(0)
    output.append(1)
  }

  /// Appends the end of a key: the GUID's sixteen bytes. They come after texts.
  static func append(guid: ArraySlice<UInt8>, to output: inout [UInt8]) {
    output.append(1)
    output.append(contentsOf: guid)
  }

  /// Says that the distinguished name follows as the end of a key.
  static func appendRecordMark(to output: inout [UInt8]) { output.append(0) }

  /// Tells apart records without a GUID that are alike.
  static func append(occurrence: Int, to output: inout [UInt8]) {
    guard occurrence > 1 else { return }
    output.append(contentsOf: "#\(Hex.text(of: UInt(occurrence), width: 8))".utf8)
  }

  /// A domain as keys begin with it, before ``append(text:to:)``.
  static func folded(_ domain: String) -> [UInt8] { Array(CanonicalText.of(domain).utf8) }

  /// What the keys of a login's rows begin with.
  static func prefix(domain: String, login: String) -> [UInt8] {
    var key: [UInt8] = []
    append(text: Array(CanonicalText.of(domain).utf8)[...], to: &key)
    append(text: Array(CanonicalText.of(login).utf8)[...], to: &key)
    return key
  }
}
