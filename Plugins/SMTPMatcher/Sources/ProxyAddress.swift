/// A value of `proxyAddresses`: a type, a colon, an address. The type is `SMTP` for the primary
/// address and `smtp` for others; `x500`, `sip`, `eum` and the like are no mail addresses.
/// <https://learn.microsoft.com/windows/win32/adschema/a-proxyaddresses>
enum ProxyAddress {
  private static let prefix = Array("smtp:".utf8)

  /// The address of a canonical (hence lower case) value, or nil if it is of another type.
  static func smtpAddress(in value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard value.starts(with: prefix) else { return nil }
    return value.dropFirst(prefix.count).drop { $0 == 0x20 }
  }
}
