import TenantCore
import Testing

@testable import TenantService

@Suite("The changes of one among many")
struct ChangeIndexTests {
  private func guid(_ number: Int) throws -> ObjectGUID {
    let bytes = (0..<16).map { $0 == 0 ? 1 : UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) }
    return try #require(ObjectGUID(bytes: bytes))
  }

  @Test("each subject finds its own, the latest first, whether sorted in already or not")
  func numbers() throws {
    var index = ChangeIndex()
    for number in 1...10_000 {
      index.append(
        ChangeSubject(
          number: Int64(number), guid: number.isMultiple(of: 2) ? try guid(number % 7) : nil,
          userKey: "u\(number % 100)"))
      if number.isMultiple(of: 2_500) { index.settle() }
    }
    let ofUser = (1...10_000).filter { $0 % 100 == 42 }.map { Int64($0) }
    #expect(index.numbers(of: .user("u42"), limit: .max) == ofUser.reversed())
    #expect(index.numbers(of: .user("u42"), limit: 3) == [9942, 9842, 9742])
    let ofGUID = (1...10_000).filter { $0.isMultiple(of: 2) && $0 % 7 == 3 }.map { Int64($0) }
    #expect(index.numbers(of: .directoryUser(try guid(3)), limit: .max) == ofGUID.reversed())
    #expect(index.numbers(of: .user("nobody"), limit: .max).isEmpty)
    #expect(index.lastNumber == 10_000)
  }
}
