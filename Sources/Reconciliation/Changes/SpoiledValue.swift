/// A value of an exported file that was damaged on its way, told by itself and by the recorded
/// value that it would replace (S7).
struct SpoiledValue {
  /// What happened to the value.
  enum Damage: Equatable {
    /// Letters beyond ASCII were lost: the export was written, or read again, in an encoding that
    /// does not have them.
    case letters
    /// A spreadsheet took an identifier for a number.
    case number

    /// What happened, and what to do about it.
    var remedy: String {
      switch self {
      case .letters:
        "letters were lost on the way. Export in UTF-8, by Export-Csv -Encoding UTF8, csvde -u, "
          + "ldifde -u or ldapsearch"
      case .number:
        "a spreadsheet treated it as a number. Use the export as it was written, or import the "
          + "column into the spreadsheet as text"
      }
    }
  }

  /// The value in the file, in UTF-8.
  let value: ArraySlice<UInt8>
  /// The value that it would replace, in UTF-8.
  let recorded: ArraySlice<UInt8>

  /// Makes a pair to judge.
  init(_ value: ArraySlice<UInt8>, beside recorded: ArraySlice<UInt8>) {
    self.value = value
    self.recorded = recorded
  }

  /// The damage, if there is any that the recorded value does not have, too.
  ///
  /// - Parameter isIdentifier: true for what may consist of digits, such as an employee ID.
  func damage(isIdentifier: Bool) -> Damage? {
    if Self.lostLetters(value), !Self.lostLetters(recorded) { return .letters }
    return isIdentifier && isRewrittenNumber ? .number : nil
  }

  /// False for a value of which no damage can be told, which the bytes alone say of most.
  ///
  /// - Parameter end: what the recorded value ends with, or all of it.
  static func mayBeDamaged(_ value: ArraySlice<UInt8>, beside end: ArraySlice<UInt8>) -> Bool {
    value.contains { $0 >= 0x80 || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "+") }
      || !end.contains { $0 > 0x20 && $0 < 0x80 && !mayBeOfNumber($0) }
  }

  /// True for what an identifier consists of that is a number to a spreadsheet: `007`, `12E3`.
  private static func mayBeOfNumber(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10 || byte | 0x20 == UInt8(ascii: "e")
  }

  // MARK: - Letters

  /// True for signs that stand for a letter that was lost: `?` and U+FFFD, control characters of
  /// an 8-bit encoding, and UTF-8 that was read as Windows-1252 (`MÃ¼ller`). No name, login or
  /// address of a directory has them.
  private static func lostLetters(_ bytes: ArraySlice<UInt8>) -> Bool {
    if bytes.contains(UInt8(ascii: "?")) { return true }
    guard bytes.contains(where: { $0 >= 0x80 }) else { return false }
    let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
    if scalars.contains(where: { $0 == "\u{FFFD}" || (0x80...0x9F).contains($0.value) }) {
      return true
    }
    let encoded = scalars.map(windows1252)
    guard !encoded.contains(nil) else { return false }
    return String(validating: encoded.compactMap(\.self), as: UTF8.self) != nil
  }

  /// What Windows-1252 has from 0x80 to 0x9F; 0 where it has nothing.
  private static let punctuation: [UInt32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC,
    0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]

  private static func windows1252(_ scalar: Unicode.Scalar) -> UInt8? {
    if scalar.value < 0x80 || (0xA0...0xFF).contains(scalar.value) { return UInt8(scalar.value) }
    return punctuation.firstIndex(of: scalar.value).map { UInt8($0 + 0x80) }
  }

  // MARK: - Numbers

  /// The digits that a spreadsheet keeps of a number; it makes zeros of the rest.
  private static let keptDigits = 15

  private var isRewrittenNumber: Bool {
    let new = String(decoding: value, as: UTF8.self)
    let old = String(decoding: recorded, as: UTF8.self)
    if Self.isScientific(new), !Self.isScientific(old) { return true }
    guard let number = Self.identifierAsNumber(old) else { return false }
    // With no more than leading zeros the file is right, and the recorded value was spoiled before.
    let areDigits = (new + old).allSatisfy(Self.isDigit)
    if areDigits, new.utf8.count > old.utf8.count { return false }
    return Self.readings(of: new).contains { digits in
      let digits = Self.withoutLeadingZeros(digits)
      return digits == number || Self.isCut(digits, from: number)
    }
  }

  /// `1.23457E+11`, which no identifier looks like; the decimal comma as well.
  private static func isScientific(_ text: String) -> Bool {
    let parts = text.split(separator: "+", omittingEmptySubsequences: false)
    guard parts.count == 2, let letter = parts[0].last, letter == "E" || letter == "e",
      !parts[1].isEmpty, parts[1].allSatisfy(isDigit)
    else { return false }
    let mantissa = parts[0].dropLast().split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "." || $0 == "," })
    return mantissa.count <= 2 && mantissa.allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
  }

  /// The digits of the number that a spreadsheet sees in an identifier such as `007` or `12E3`;
  /// nil if it sees text.
  private static func identifierAsNumber(_ text: String) -> Substring? {
    let parts = text.uppercased().split(separator: "E", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return nil }
    guard parts.count == 2 else {
      return parts.count == 1 ? withoutLeadingZeros(Substring(text)) : nil
    }
    guard let exponent = Int(parts[1]), exponent <= 100 else { return nil }
    return withoutLeadingZeros(parts[0] + String(repeating: "0", count: exponent))
  }

  /// The whole numbers that a spreadsheet may have meant: as written, without `.0`, without the
  /// separators of thousands.
  private static func readings(of text: String) -> [Substring] {
    var readings = [Substring(text)]
    if let mark = text.lastIndex(where: { $0 == "." || $0 == "," }) {
      let decimals = text[text.index(after: mark)...]
      if !decimals.isEmpty, decimals.allSatisfy({ $0 == "0" }) { readings.append(text[..<mark]) }
    }
    readings += readings.compactMap(withoutThousands)
    return readings.filter { !$0.isEmpty && $0.allSatisfy(isDigit) }
  }

  private static func withoutThousands(_ text: Substring) -> Substring? {
    guard let separator = text.first(where: { !isDigit($0) }),
      ",.' \u{2019}\u{A0}\u{202F}".contains(separator)
    else { return nil }
    let groups = text.split(separator: separator, omittingEmptySubsequences: false)
    guard (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 })
    else { return nil }
    return Substring(groups.joined())
  }

  private static func isCut(_ digits: Substring, from number: Substring) -> Bool {
    digits.count == number.count && digits.count > keptDigits
      && digits.prefix(keptDigits) == number.prefix(keptDigits)
      && digits.dropFirst(keptDigits).allSatisfy { $0 == "0" }
  }

  private static func withoutLeadingZeros(_ digits: Substring) -> Substring {
    let rest = digits.drop { $0 == "0" }
    return rest.isEmpty ? digits.suffix(1) : rest
  }

  private static func isDigit(_ character: Character) -> Bool {
    character.isASCII && character.isWholeNumber
  }
}
