/// What looks like something else: Unicode's confusables and compatibility forms, reduced to what
/// names, logins and addresses hold (see `Scripts/make-look-alikes`).
struct LookAlikeTable: Sendable {
  static let shared = LookAlikeTable(packed)

  /// Neighbouring code points that become neighbouring ones, or one that becomes several.
  private struct Run {
    var first: UInt32
    var count: UInt32
    var target: [UInt32]
  }

  private let runs: [Run]

  /// Reads the packed form; what cannot be read is left out.
  init(_ packed: String) {
    var runs: [Run] = []
    var end: UInt32 = 0
    for word in packed.split(whereSeparator: \.isWhitespace) {
      let sides = word.split(separator: "=")
      guard sides.count == 2 else { continue }
      let source = sides[0].split(separator: "+").compactMap { Hex.number($0) }
      let target = sides[1].split(separator: ".").compactMap { Hex.number($0) }
      guard let distance = source.first, !target.isEmpty else { continue }
      let run = Run(first: end &+ distance, count: source.count > 1 ? source[1] : 1, target: target)
      runs.append(run)
      end = run.first &+ run.count
    }
    self.runs = runs
  }

  /// What a character becomes; nil for one that looks like itself.
  func replacement(of scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    guard scalar.value >= 0x80, let run = run(at: scalar.value) else { return nil }
    if run.count == 1 { return run.target.compactMap(Unicode.Scalar.init) }
    return Unicode.Scalar(run.target[0] &+ (scalar.value - run.first)).map { [$0] }
  }

  private func run(at code: UInt32) -> Run? {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].first <= code { low = middle + 1 } else { high = middle }
    }
    guard low > 0, code - runs[low - 1].first < runs[low - 1].count else { return nil }
    return runs[low - 1]
  }
}

extension Likeness {
  /// The value with what looks alike made equal, and without spaces: what
  /// ``NearMissKind/lookAlike`` compares.
  ///
  /// A curly apostrophe is the straight one, every dash a hyphen, full width plain, a Cyrillic or
  /// Greek letter the Latin one that it looks like, the dotless ı (and what İ folds to) an i; and of
  /// ASCII the digits 0 and 1 are o and l, the grave accent an apostrophe. Capital I and l stay
  /// apart: canonical values are folded, and i looks like no l.
  public static func withoutLookAlikes(_ value: ArraySlice<UInt8>) -> [UInt8] {
    isPlain(value)
      ? plainASCII(value) : plainASCII(withoutSpaces(withoutForeignLookAlikes(value)[...]))
  }

  /// The same for what is not ASCII, spaces kept: digits are still digits.
  static func withoutForeignLookAlikes(_ value: ArraySlice<UInt8>) -> [UInt8] {
    if isASCII(value) { return Array(value) }
    var kept = String.UnicodeScalarView()
    for scalar in String(decoding: value, as: UTF8.self).unicodeScalars {
      if let replacement = LookAlikeTable.shared.replacement(of: scalar) {
        kept.append(contentsOf: replacement)
      } else if scalar != combiningDot || kept.last != "i" {
        kept.append(scalar)
      }
    }
    return canonical(kept)
  }

  /// İ (U+0130) folds to an i and this.
  private static let combiningDot: Unicode.Scalar = "\u{307}"

  /// ASCII characters that look like others of it, by Unicode's confusables.
  static func plainASCII(_ value: some Collection<UInt8>) -> [UInt8] {
    value.map { byte in
      switch byte {
      case UInt8(ascii: "0"): UInt8(ascii: "o")
      case UInt8(ascii: "1"): UInt8(ascii: "l")
      case UInt8(ascii: "`"): UInt8(ascii: "'")
      default: byte
      }
    }
  }
}
