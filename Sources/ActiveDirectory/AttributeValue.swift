import TenantCore

/// The ways in which Active Directory writes numbers and moments as text.
enum AttributeValue {
  /// A decimal number that may be negative (LDAP's INTEGER; MS-ADTS, section 2.2.16).
  static func integer(_ bytes: some Collection<UInt8>) -> Int64? {
    var digits = bytes[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits = digits.dropFirst() }
    guard let magnitude = natural(digits) else { return nil }
    return isNegative ? -magnitude : magnitude
  }

  /// Seconds since 1970 of a FILETIME: steps of 100 ns since 1601 (MS-DTYP, section 2.3.3).
  static func seconds(fileTime: Int64) -> Int64 { fileTime / 10_000_000 - 11_644_473_600 }

  /// Seconds since 1970 of a GeneralizedTime in UTC, `20261122130000.0Z` (RFC 4517, section
  /// 3.3.13); nil for any other form.
  static func seconds(generalizedTime bytes: some Collection<UInt8>) -> Int64? {
    let bytes = Array(bytes.prefix(24))
    guard bytes.count >= 15, bytes.last == UInt8(ascii: "Z") else { return nil }
    guard bytes.count == 15 || bytes[14] == UInt8(ascii: ".") || bytes[14] == UInt8(ascii: ",")
    else { return nil }
    func number(_ range: Range<Int>) -> Int64? { natural(bytes[range]) }
    guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
      let hour = number(8..<10), let minute = number(10..<12), let second = number(12..<14)
    else { return nil }
    return Timestamp(date: (year, month, day), time: (hour, minute, second))?.secondsSince1970
  }

  private static func natural(_ digits: some Collection<UInt8>) -> Int64? {
    guard !digits.isEmpty, digits.count <= 19 else { return nil }
    var value: Int64 = 0
    for byte in digits {
      let digit = Int64(byte) - 0x30
      guard (0...9).contains(digit) else { return nil }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflows) = product.addingReportingOverflow(digit)
      guard !isTooLarge, !overflows else { return nil }
      value = sum
    }
    return value
  }
}
