import TenantCore
import Testing

@testable import TenantService

@Suite("What is next to a row")
struct RowNeighboursTests {
  /// Ten rows from the hundredth on.
  private static let keys = (0..<10).map { RowKey.record([UInt8($0)]) }

  private func neighbours(of row: UInt8, at place: Int) -> RowNeighbours {
    RowNeighbours(
      Self.keys, first: 100, around: .record([row]), place: place, total: .exact(500))
  }

  @Test("a row that stands where it was seen, or has moved, has those beside it now")
  func found() {
    for place in [104, 100, 109] {
      let found = neighbours(of: 4, at: place)
      #expect(found.place == 104)
      #expect(found.previous == .init(key: Self.keys[3], place: 103))
      #expect(found.next == .init(key: Self.keys[5], place: 105))
    }
  }

  @Test("the first and the last row have one neighbour")
  func ends() {
    #expect(neighbours(of: 0, at: 100).previous == nil)
    #expect(neighbours(of: 9, at: 109).next == nil)
    #expect(neighbours(of: 9, at: 109).previous?.place == 108)
  }

  @Test("where a row is gone, the next is the one that has moved up to its place")
  func gone() {
    let found = neighbours(of: 77, at: 104)
    #expect(found.place == nil)
    #expect(found.previous?.key == Self.keys[3] && found.next?.key == Self.keys[4])
    #expect(neighbours(of: 77, at: 300).next == nil)
    #expect(neighbours(of: 77, at: 300).previous?.key == Self.keys[9])
  }
}
