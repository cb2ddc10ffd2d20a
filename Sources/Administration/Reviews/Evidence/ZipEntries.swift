internal import PluginContract
internal import TenantCore

/// The entries of a zip as ``ZipLayout`` writes them: not compressed, one behind the other. Nothing of a foreign file is
/// believed before it is checked, and of its size no more than a piece is in memory.
struct ZipEntries: Sendable {
  struct Entry: Sendable, Equatable {
    let name: String
    let size: Int
    let checksum: UInt32
    /// Where its bytes begin.
    let start: Int
  }

  /// Why a file is no such zip.
  struct Problem: Error {
    let message: String
  }

  private static let endCount = 22
  private static let directoryCount = 46
  private static let headerCount = 30
  /// More entries than there are documents are none of ours.
  private static let maximumEntries = 32
  private static let maximumName = 255

  let entries: [Entry]

  /// - Parameter bytes: gives so many bytes from an offset on.
  init(size: Int, bytes: (_ count: Int, _ offset: Int) throws -> [UInt8]) throws {
    guard size >= Self.endCount else { throw Problem(message: "it is too short for a zip") }
    let end = Bytes(try bytes(Self.endCount, size - Self.endCount))
    guard end.number(0, 4) == 0x0605_4B50 else {
      throw Problem(message: "it does not end as a zip does; it may be cut off")
    }
    let (count, length, start) = (end.number(10, 2), end.number(12, 4), end.number(16, 4))
    guard count <= Self.maximumEntries,
      length <= count * (Self.directoryCount + Self.maximumName),
      start + length + Self.endCount == size
    else { throw Problem(message: "its list of files is wrong") }
    var rest = Bytes(try bytes(length, start))
    var found: [Entry] = []
    for _ in 0..<count {
      guard rest.number(0, 4) == 0x0201_4B50, rest.number(10, 2) == 0 else {
        throw Problem(
          message:
            "it was packed anew, or its list of files was changed; take the file as it was written")
      }
      let nameCount = rest.number(28, 2)
      let offset = rest.number(42, 4)
      let name = String(decoding: rest.slice(Self.directoryCount, nameCount), as: UTF8.self)
      let entry = Entry(
        name: name, size: rest.number(20, 4), checksum: UInt32(rest.number(16, 4)),
        start: offset + Self.headerCount + nameCount)
      guard entry.start + entry.size <= start, !name.isEmpty else {
        throw Problem(message: "its list of files is wrong")
      }
      found.append(entry)
      rest = rest.dropping(Self.directoryCount + nameCount)
    }
    entries = found
  }

  /// Bytes that are read without a trap: what is not there is 0.
  private struct Bytes {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    private init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    func number(_ offset: Int, _ count: Int) -> Int {
      slice(offset, count).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    func slice(_ offset: Int, _ count: Int) -> ArraySlice<UInt8> {
      bytes.dropFirst(offset).prefix(count)
    }

    func dropping(_ count: Int) -> Bytes { Bytes(bytes.dropFirst(count)) }
  }
}
