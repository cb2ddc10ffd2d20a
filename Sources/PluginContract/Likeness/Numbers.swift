extension Likeness {
  /// The longest value that is read as a number, in bytes.
  private static let maximumNumberLength = 64
  /// The largest power of ten that is written out.
  private static let maximumExponent = 40

  /// The whole numbers that a value may stand for, in digits without leading zeros: what
  /// ``NearMissKind/numberFormat`` compares.
  ///
  /// `0042`, `42.0`, `42,00`, `4.2E+01`, `'0042` and `="0042"` are `42`; `12.345`, `12,345` and
  /// `12'345` are `12345`; digits of other scripts are digits. `42.000` may be 42 or 42 thousand, so
  /// there are two. Empty for what is no whole number.
  public static func numbers(in value: ArraySlice<UInt8>) -> [[UInt8]] {
    guard value.count <= maximumNumberLength else { return [] }
    let text = digitsInASCII(withoutSpaces(withoutForeignLookAlikes(value)[...]))
    let bare = withoutFrame(text)
    guard bare.first.map(isDigit) ?? false, bare.last.map(isDigit) ?? false else { return [] }
    let found =
      bare.contains(UInt8(ascii: "e"))
      ? [writtenOut(bare)] : [grouped(bare), withoutFraction(bare)]
    var numbers: [[UInt8]] = []
    for digits in found.compactMap({ $0 }).map(withoutLeadingZeros)
    where !numbers.contains(digits) {
      numbers.append(digits)
    }
    return numbers
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  private static func digitsInASCII(_ value: [UInt8]) -> [UInt8] {
    if isASCII(value[...]) { return value }
    return String(decoding: value, as: UTF8.self).unicodeScalars.flatMap { scalar -> [UInt8] in
      if scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue {
        return [UInt8(ascii: "0") + UInt8(digit)]
      }
      return Array(String(scalar).utf8)
    }
  }

  /// Without what a spreadsheet needs to leave a number alone: `'0042`, `="0042"`.
  private static func withoutFrame(_ value: [UInt8]) -> ArraySlice<UInt8> {
    let isFrame = { (byte: UInt8) in Array("=\"'+".utf8).contains(byte) }
    let inner = value.drop(while: isFrame)
    return inner.lastIndex { !isFrame($0) }.map { inner[...$0] } ?? []
  }

  private static func withoutLeadingZeros(_ digits: [UInt8]) -> [UInt8] {
    let rest = digits.drop { $0 == UInt8(ascii: "0") }
    return rest.isEmpty ? [UInt8(ascii: "0")] : Array(rest)
  }

  /// The digits of a plain number or one in groups of three with one kind of separator.
  private static func grouped(_ value: ArraySlice<UInt8>) -> [UInt8]? {
    guard let mark = value.first(where: { !isDigit($0) }) else { return Array(value) }
    guard Array(".,'".utf8).contains(mark) else { return nil }
    let groups = value.split(separator: mark, omittingEmptySubsequences: false)
    let fits =
      groups.allSatisfy { $0.allSatisfy(isDigit) } && (1...3).contains(groups[0].count)
      && groups.dropFirst().allSatisfy { $0.count == 3 }
    return fits ? Array(groups.joined()) : nil
  }

  /// The whole part of a number with a fraction of zeros.
  private static func withoutFraction(_ value: ArraySlice<UInt8>) -> [UInt8]? {
    guard let mark = value.lastIndex(where: { !isDigit($0) }),
      value[mark] == UInt8(ascii: ".") || value[mark] == UInt8(ascii: ","),
      value[(mark + 1)...].allSatisfy({ $0 == UInt8(ascii: "0") })
    else { return nil }
    let whole = value[..<mark]
    return whole.contains(value[mark]) ? nil : grouped(whole)
  }

  /// A number in scientific notation, if it is a whole one.
  private static func writtenOut(_ value: ArraySlice<UInt8>) -> [UInt8]? {
    let sides = value.split(separator: UInt8(ascii: "e"), omittingEmptySubsequences: false)
    guard sides.count == 2 else { return nil }
    let power = sides[1].first == UInt8(ascii: "+") ? sides[1].dropFirst() : sides[1]
    guard !power.isEmpty, power.count <= 3, power.allSatisfy(isDigit),
      let exponent = Int(String(decoding: power, as: UTF8.self)), exponent <= maximumExponent
    else { return nil }
    let parts = sides[0].split(omittingEmptySubsequences: false) { Array(".,".utf8).contains($0) }
    guard parts.count <= 2, let whole = parts.first, !whole.isEmpty,
      parts.allSatisfy({ $0.allSatisfy(isDigit) })
    else { return nil }
    let fraction = parts.count == 2 ? parts[1] : []
    guard fraction.dropFirst(exponent).allSatisfy({ $0 == UInt8(ascii: "0") }) else { return nil }
    let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: max(0, exponent - fraction.count))
    return whole + fraction.prefix(exponent) + zeros
  }
}
