/// Bytes that are no UTF-8, and what they look like. Nothing is decoded by it: which of the 8-bit
/// encodings a file is in cannot be told for certain, and a wrong guess would be a wrong name.
struct ForeignText: CustomStringConvertible {
  let bytes: [UInt8]
  /// Where the first byte stands that is no UTF-8.
  let offset: Int

  /// The most bytes that are looked at.
  private static let maximumSample = 1 << 16
  /// ü, é, ä, Ä, ö, Ö and Ü in the code pages 437 and 850; in Windows-1252 these bytes are
  /// punctuation or nothing, Ž and š apart.
  private static let umlautsOfOEM: Set<UInt8> = [0x81, 0x82, 0x84, 0x8E, 0x94, 0x99, 0x9A]

  /// What is wrong, as one sentence.
  var description: String {
    let rest = bytes[offset...]
    if rest.starts(with: [0xFF, 0xFE]) || rest.starts(with: [0xFE, 0xFF]) {
      return "from here on the file is UTF-16, and something else before: files of two encodings "
        + "were joined"
    }
    if rest.count < 4, rest.allSatisfy({ $0 >= 0x80 }) {
      return "the file ends within a character: it was cut off, or is not UTF-8"
    }
    let mark = bytes.starts(with: TextFile.byteOrderMark) ? TextFile.byteOrderMark.count : 0
    if bytes[..<offset].dropFirst(mark).contains(where: { $0 >= 0x80 }) {
      return "the file is UTF-8 up to here, and from here on looks like \(encoding): files of two "
        + "encodings were joined, or it is damaged"
    }
    return "the file is neither UTF-8 nor UTF-16; it looks like \(encoding)"
  }

  private var encoding: String {
    let sample = Array(bytes[offset...].prefix(Self.maximumSample))
    let high = sample.indices.filter { sample[$0] >= 0x80 }
    let inRuns = high.count { $0 + 1 < sample.count && sample[$0 + 1] >= 0x80 }
    let ofOEM = high.count {
      Self.umlautsOfOEM.contains(sample[$0]) && isBesideLetter($0, sample)
    }
    if inRuns * 2 > high.count { return "an ANSI code page (such as Windows-1251)" }
    return ofOEM * 2 > high.count
      ? "an OEM code page (such as 437 or 850)" : "Windows-1252 (ANSI)"
  }

  private func isBesideLetter(_ index: Int, _ sample: [UInt8]) -> Bool {
    [index - 1, index + 1].contains { neighbour in
      sample.indices.contains(neighbour) && (0x61...0x7A).contains(sample[neighbour] | 0x20)
    }
  }
}
