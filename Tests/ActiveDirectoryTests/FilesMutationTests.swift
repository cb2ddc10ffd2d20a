import Authorization
import TenantCore
import Testing

@testable import ActiveDirectory

@Suite(
  "Damaged directory files end in rows or in an error, never in a crash", .timeLimit(.minutes(5)))
struct FilesMutationTests {
  /// SplitMix64: the same seed damages in the same way.
  private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return Int((mixed ^ mixed >> 31) % UInt64(max(1, sides)))
    }
  }

  private static let csv = """
    "DN","sAMAccountName","objectGUID","mail","proxyAddresses","Enabled","sn"
    "CN=a,OU=Rooms,DC=x","a","03020100-0504-0706-0809-0a0b0c0d0e0f","a@x","SMTP:a@x;smtp:b@x","True"\
    ,X'4dc3bc'
    "CN=b\\,c,DC=x",b,X'000102030405060708090a0b0c0d0e0f',"b""@x",,False,"two
    lines"

    """

  /// Bytes that mean something in one format or the other.
  private static let special = Array(":;,\"'\\=+\n\r #<\u{FEFF}X{}-".utf8) + [0, 0x80, 0xC3, 0xFF]

  private func damage(_ bytes: inout [UInt8], _ dice: inout Dice) {
    let position = dice.roll(bytes.count)
    switch dice.roll(5) {
    case 0: bytes.insert(Self.special[dice.roll(Self.special.count)], at: position)
    case 1 where !bytes.isEmpty: bytes[position] = UInt8(dice.roll(256))
    case 2: bytes.removeSubrange(position..<min(bytes.count, position + dice.roll(20)))
    case 3:
      bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 30)], at: position)
    default: bytes.removeSubrange(min(bytes.count, position + bytes.count / 2)...)
    }
  }

  private func read(_ bytes: [UInt8], isLDIF: Bool) throws {
    var builder = try DirectoryBatchBuilder(
      directory: 0,
      configuration: Directory(
        domain: "X", source: .csv(path: "/x"),
        exclusions: Exclusions(logins: ["s*"], organizationalUnits: ["OU=Rooms"])), rootDN: nil,
      attributes: ["proxyAddresses"], moment: Export.moment)
    do {
      let text = try TextFile(bytes)
      if isLDIF {
        var file = LDIFDirectoryFile(path: "x.ldif")
        try file.read(text, into: &builder) { _ in }
      } else {
        try CSVDirectoryFile(path: "x.csv").read(TextSource(text), into: &builder) { look(at: $0) }
      }
    } catch let error as TextError {
      #expect(error.line > 0)
    } catch let error as DirectoryError {
      #expect(error.message.hasPrefix(isLDIF ? "x.ldif:" : "x.csv:"))
    }
    look(at: builder.take())
  }

  private func look(at batch: DirectoryUserBatch) {
    #expect(batch.anchors.count == batch.count && batch.flags.count == batch.count)
    #expect(ExportRow.rows(of: batch).count == batch.count)
  }

  @Test("ten thousand damaged files", arguments: [true, false])
  func damagedFiles(isLDIF: Bool) throws {
    let whole = Array(
      (isLDIF ? "# extended LDIF\n\n\(FilesLDIFTests.jane)\nsearch: 2\nresult: 0 ok\n" : Self.csv)
        .utf8)
    var dice = Dice(state: 20_261_122)
    for _ in 0..<10_000 {
      var bytes = whole
      for _ in 0...dice.roll(4) { damage(&bytes, &dice) }
      try read(bytes, isLDIF: isLDIF)
    }
  }

  @Test("random bytes", arguments: [true, false])
  func noise(isLDIF: Bool) throws {
    var dice = Dice(state: 42)
    for _ in 0..<500 {
      let bytes = (0..<dice.roll(300)).map { _ in UInt8(dice.roll(256)) }
      try read(bytes, isLDIF: isLDIF)
    }
  }
}
