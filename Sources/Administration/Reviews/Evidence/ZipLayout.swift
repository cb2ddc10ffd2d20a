internal import PluginContract
internal import TenantCore

/// The checksum of a zip's entries: CRC-32 with the reversed polynomial EDB88320 (APPNOTE.TXT, section 4.4.7).
struct CRC32: Sendable {
  private static let table: [UInt32] = (0..<256).map { number in
    (0..<8).reduce(UInt32(number)) { rest, _ in
      rest & 1 == 0 ? rest >> 1 : rest >> 1 ^ 0xEDB8_8320
    }
  }

  private var rest = UInt32.max

  mutating func add(_ bytes: [UInt8]) {
    let (span, table) = (bytes.span, Self.table.span)
    for index in span.indices {
      rest = rest >> 8 ^ table[Int(UInt8(truncatingIfNeeded: rest) ^ span[index])]
    }
  }

  var value: UInt32 { ~rest }
}

/// All of a zip but what its entries hold: stored, not compressed, so that the same entries are the same bytes
/// (PKWARE's APPNOTE.TXT 6.3.9, sections 4.3.7, 4.3.12 and 4.3.16).
struct ZipLayout: Sendable {
  private static let localMark: UInt32 = 0x0403_4B50
  private static let entryMark: UInt32 = 0x0201_4B50
  private static let endMark: UInt32 = 0x0605_4B50
  /// What a reader has to know: version 2.0.
  private static let version: UInt16 = 20
  /// Made on Unix, where entries have modes.
  private static let maker: UInt16 = 3 << 8 | version
  /// Names are UTF-8 (section 4.4.4, bit 11).
  private static let flags: UInt16 = 1 << 11
  /// A regular file that its owner may read and write.
  private static let mode: UInt32 = 0o100600 << 16

  private let time: UInt16
  private let date: UInt16
  private var directory: [UInt8] = []
  private var count: UInt16 = 0
  private var offset = 0

  /// - Parameter moment: what all entries have for their time, in UTC; a zip knows the years from 1980.
  init(at moment: Timestamp) {
    let text = Array(max(moment, Self.first).description.utf8)
    func number(_ range: Range<Int>) -> UInt16 {
      text[range].reduce(0) { $0 * 10 + UInt16($1 - 0x30) }
    }
    time = number(11..<13) << 11 | number(14..<16) << 5 | number(17..<19) / 2
    date = (min(number(0..<4), 2107) - 1980) << 9 | number(5..<7) << 5 | number(8..<10)
  }

  private static let first = Timestamp(secondsSince1970: 315_532_800)

  /// What stands before an entry's bytes.
  ///
  /// - Throws: ``Failure`` for what is too large for a zip of this form.
  mutating func header(_ name: String, size: Int, checksum: UInt32) throws -> [UInt8] {
    let start = offset
    guard let size32 = UInt32(exactly: size), let start32 = UInt32(exactly: start) else {
      throw Failure(.storeFailure, "the evidence is larger than 4 GiB, which a zip cannot hold")
    }
    var shared: [UInt8] = []
    for part in [Self.version, Self.flags, 0, time, date] { shared.append(part) }
    for part in [checksum, size32, size32] { shared.append(part) }
    shared.append(UInt16(name.utf8.count))
    shared.append(UInt16(0))
    var header: [UInt8] = []
    header.append(Self.localMark)
    header += shared + name.utf8
    directory.append(Self.entryMark)
    directory.append(Self.maker)
    directory += shared
    for _ in 0..<3 { directory.append(UInt16(0)) }
    directory.append(Self.mode)
    directory.append(start32)
    directory += name.utf8
    count += 1
    offset += header.count + size
    return header
  }

  /// What stands behind the last entry.
  func end() throws -> [UInt8] {
    guard let size = UInt32(exactly: directory.count), let start = UInt32(exactly: offset) else {
      throw Failure(.storeFailure, "the evidence is larger than 4 GiB, which a zip cannot hold")
    }
    var end = directory
    end.append(Self.endMark)
    for part in [0, 0, count, count] { end.append(part) }
    end.append(size)
    end.append(start)
    end.append(UInt16(0))
    return end
  }
}

extension [UInt8] {
  /// Appends a number, the lowest byte first.
  fileprivate mutating func append(_ number: some FixedWidthInteger & UnsignedInteger) {
    for place in 0..<number.bitWidth / 8 {
      append(UInt8(truncatingIfNeeded: number >> (8 * place)))
    }
  }
}
