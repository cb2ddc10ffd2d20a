import TenantCore
import Testing

@Suite("Keys of rows")
struct RowKeyTests {
  @Test("a key's texts and bytes are read back")
  func roundTrip() throws {
    let guid = try #require(ObjectGUID("9a3b0000-1111-2222-3333-444455556666"))
    for key in [RowKey.guid(guid), .record(Array("CN=Ä,DC=x".utf8)), .record([0, 255])] {
      #expect(RowKey(key.description) == key)
      #expect(RowKey(packed: key.packed) == key)
      #expect(
        key.description.utf8.allSatisfy {
          $0 == 45 || (48...57).contains($0) || (97...122).contains($0)
        })
    }
    #expect(RowKey("X") == nil)
  }

  @Test(
    "what is no key is none",
    arguments: ["", "x", "x1", "xzz", "../x", "00000000-0000-0000-0000-000000000000", "x4é"])
  func others(text: String) { #expect(RowKey(text) == nil) }
}
