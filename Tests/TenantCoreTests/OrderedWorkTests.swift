import Testing

@testable import TenantCore

@Suite("Work at several pieces at once", .timeLimit(.minutes(5)))
struct OrderedWorkTests {
  private struct Fault: Error, Equatable { var piece: Int }

  @Test("results come in the order of the pieces, for any number of threads", arguments: 1...7)
  func order(threads: Int) throws {
    for count in [0, 1, 2, 3, 100] {
      var next = 0
      var results: [Int] = []
      try OrderedWork(threads: threads).run(
        next: {
          guard next < count else { return nil as Int? }
          defer { next += 1 }
          return next
        },
        // The later the piece, the sooner it may be done.
        work: { piece in (0..<(200 - piece) * 50).reduce(piece) { $0 ^ $1 ^ $1 } },
        deliver: { results.append($0) })
      #expect(results == Array(0..<count))
    }
  }

  @Test(
    "the first error by the pieces' order is thrown, behind the results before it", arguments: 1...7
  )
  func errors(threads: Int) {
    var next = 0
    var results: [Int] = []
    let error = #expect(throws: Fault.self) {
      try OrderedWork(threads: threads).run(
        next: {
          guard next < 20 else { throw Fault(piece: 20) }
          defer { next += 1 }
          return next as Int?
        },
        work: { piece in
          if piece == 11 || piece == 12 { throw Fault(piece: piece) }
          return piece
        }, deliver: { results.append($0) })
    }
    #expect(error == Fault(piece: 11))
    #expect(results == Array(0..<11))
  }

  @Test("an error of the pieces' giver comes behind all results before it", arguments: 1...4)
  func giver(threads: Int) {
    var next = 0
    var results: [Int] = []
    let error = #expect(throws: Fault.self) {
      try OrderedWork(threads: threads).run(
        next: {
          guard next < 9 else { throw Fault(piece: 9) }
          defer { next += 1 }
          return next as Int?
        }, work: { $0 }, deliver: { results.append($0) })
    }
    #expect(error == Fault(piece: 9))
    #expect(results == Array(0..<9))
  }
}
