import Synchronization
import Testing

@testable import TenantCore

@Suite("Work that goes on while its results are not taken yet", .timeLimit(.minutes(5)))
struct WorkAheadTests {
  private struct Fault: Error, Equatable { var piece: Int }

  @Test("results come in the order of the pieces, for any number of threads", arguments: 0...6)
  func order(threads: Int) throws {
    for count in [0, 1, 2, 3, 100] {
      let work = try WorkAhead(threads: threads, count: count, limit: 3) { piece in
        // The later the piece, the sooner it may be done.
        (0..<(200 - piece) * 50).reduce(piece) { $0 ^ $1 ^ $1 }
      }
      defer { work.close() }
      var results: [Int] = []
      while let result = try work.next() {
        results.append(result)
        while let ready = try work.nextIfReady() { results.append(ready) }
      }
      #expect(results == Array(0..<count))
      #expect(try work.next() == nil && work.nextIfReady() == nil)
    }
  }

  @Test(
    "pieces are worked at before anybody takes them, but no more than the limit", arguments: 1...4)
  func ahead(threads: Int) async throws {
    let begun = Mutex(0)
    let work = try WorkAhead(threads: threads, count: 100, limit: 7) { piece in
      begun.withLock { $0 += 1 }
      return piece
    }
    defer { work.close() }
    while begun.withLock({ $0 }) < 7 { try await Task.sleep(for: .milliseconds(1)) }
    try await Task.sleep(for: .milliseconds(50))
    #expect(begun.withLock { $0 } == 7)
    var results: [Int] = []
    while let result = try work.next() { results.append(result) }
    #expect(results == Array(0..<100))
  }

  @Test("an error is thrown in its piece's place", arguments: 0...4)
  func errors(threads: Int) throws {
    let work = try WorkAhead(threads: threads, count: 20, limit: 4) { piece in
      if piece == 11 || piece == 12 { throw Fault(piece: piece) }
      return piece
    }
    defer { work.close() }
    for piece in 0..<11 { #expect(try work.next() == piece) }
    #expect(throws: Fault(piece: 11)) { try work.next() }
  }

  @Test(
    "who closes it before the end lets its threads end, and with them what they hold",
    arguments: 0...4)
  func closed(threads: Int) async throws {
    final class Held: Sendable {}
    weak var held: Held?
    do {
      let object = Held()
      held = object
      let work = try WorkAhead(threads: threads, count: 1000, limit: 2) { _ in
        withExtendedLifetime(object) { 1 }
      }
      _ = try work.next()
      work.close()
    }
    while held != nil { try await Task.sleep(for: .milliseconds(1)) }
  }
}
