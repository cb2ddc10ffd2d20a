package import PluginContract

/// A field's old and new value; nil is blank.
package struct FieldChange: Sendable, Equatable {
  /// The field that changes.
  package var field: TenantField
  /// The value before; nil is blank.
  package var old: String?
  /// The value after; nil is blank.
  package var new: String?

  /// Makes a change.
  package init(_ field: TenantField, old: String?, new: String?) {
    self.field = field
    self.old = old
    self.new = new
  }
}

/// In JSON the field is its name.
extension FieldChange: Codable {
  private enum Key: String, CodingKey { case field, old, new }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    let name = try members.decode(String.self, forKey: .field)
    guard let field = TenantField(rawValue: name) else {
      throw DecodingError.dataCorruptedError(
        forKey: .field, in: members, debugDescription: "there is no field '\(name)'")
    }
    self.init(
      field, old: try members.decodeIfPresent(String.self, forKey: .old),
      new: try members.decodeIfPresent(String.self, forKey: .new))
  }

  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(field.rawValue, forKey: .field)
    try members.encodeIfPresent(old, forKey: .old)
    try members.encodeIfPresent(new, forKey: .new)
  }
}

/// A field's old and new value as bytes, where changes come by the million; nil is blank.
package struct FieldBytes: Sendable {
  /// The field that changes.
  package let field: TenantField
  /// The value before; nil is blank.
  package let old: ArraySlice<UInt8>?
  /// The value after; nil is blank.
  package let new: ArraySlice<UInt8>?

  /// Makes a change.
  package init(_ field: TenantField, old: ArraySlice<UInt8>?, new: ArraySlice<UInt8>?) {
    self.field = field
    self.old = old
    self.new = new
  }

  /// The bytes of texts.
  package init(_ change: FieldChange) {
    self.init(
      change.field, old: change.old.map { Array($0.utf8)[...] },
      new: change.new.map { Array($0.utf8)[...] })
  }
}

extension FieldChange {
  /// The texts of bytes, invalid UTF-8 repaired.
  package init(_ bytes: FieldBytes) {
    self.init(
      bytes.field, old: bytes.old.map { String(decoding: $0, as: UTF8.self) },
      new: bytes.new.map { String(decoding: $0, as: UTF8.self) })
  }
}
