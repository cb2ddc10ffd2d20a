/// Punycode (RFC 3492) as IDNA uses it: the labels of a domain that begin `xn--`.
enum Punycode {
  /// The longest label of a domain name (RFC 1035, section 2.3.4), in bytes.
  static let maximumLength = 63

  // The parameters of RFC 3492, section 5.
  private static let base = 36
  private static let (minimum, maximum) = (1, 26)
  private static let (skew, damp) = (38, 700)
  private static let (initialBias, initialCode) = (72, 0x80)

  /// The text of a label without its `xn--`; nil if it is none, too long, or names what is no
  /// character. Letters may be of either case.
  static func decode(_ label: ArraySlice<UInt8>) -> String.UnicodeScalarView? {
    guard (1...maximumLength).contains(label.count), label.allSatisfy({ $0 < 0x80 }) else {
      return nil
    }
    let hyphen = label.lastIndex(of: UInt8(ascii: "-"))
    var output = label[..<(hyphen ?? label.startIndex)].map { Int($0) }
    var rest = hyphen.map { label[($0 + 1)...] } ?? label
    var (code, index, bias) = (initialCode, 0, initialBias)
    while !rest.isEmpty {
      let start = index
      guard let distance = distance(&rest, bias: bias) else { return nil }
      index += distance
      let count = output.count + 1
      bias = adapted(index - start, count: count, isFirst: start == 0)
      code += index / count
      index %= count
      guard code <= 0x10FFFF else { return nil }
      output.insert(code, at: index)
      index += 1
    }
    let scalars = output.compactMap { UInt32(exactly: $0).flatMap(Unicode.Scalar.init) }
    return scalars.count == output.count ? String.UnicodeScalarView(scalars) : nil
  }

  /// Reads one number of variable length off the front; nil if it does not end, or has a value that
  /// no label of this length can need.
  private static func distance(_ rest: inout ArraySlice<UInt8>, bias: Int) -> Int? {
    var (value, weight, position) = (0, 1, base)
    while let byte = rest.popFirst() {
      guard let digit = digit(byte) else { return nil }
      value += digit * weight
      guard value <= 0x10FFFF * (maximumLength + 1) else { return nil }
      let threshold = min(max(position - bias, minimum), maximum)
      if digit < threshold { return value }
      weight *= base - threshold
      // Beyond this any digit but 0 is refused above, and the weight would overflow.
      guard weight <= Int(Int32.max) else { return nil }
      position += base
    }
    return nil
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a"))
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0")) + 26
    default: nil
    }
  }

  private static func adapted(_ distance: Int, count: Int, isFirst: Bool) -> Int {
    var delta = isFirst ? distance / damp : distance / 2
    delta += delta / count
    var shift = 0
    while delta > (base - minimum) * maximum / 2 {
      delta /= base - minimum
      shift += base
    }
    return shift + (base - minimum + 1) * delta / (delta + skew)
  }
}
