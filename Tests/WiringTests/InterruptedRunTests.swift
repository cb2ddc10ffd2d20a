import Administration
import Foundation
import LoginMatcher
import Logging
import PluginContract
import Reconciliation
import StoreHarness
import Synchronization
import TenantCore
import Testing

@testable import Authorization

/// Whatever a run does when it is interrupted, it finishes what it has begun and begins little more: how much
/// does not grow with the tenant. (How a write ends in its midst: `CancellationTests` of the store.)
@Suite("A run that is interrupted", .timeLimit(.minutes(5))) struct InterruptedRunTests {
  private let world = InterruptedWorld()

  @Test(arguments: Piece.allCases, [1, 2, 25])
  private func
    `begins a few pieces of work more, writes nothing, and the next run completes (T2, T4)`(
      piece: Piece, number: Int
    ) async throws
  {
    let store = try await world.store()
    let work = CountedWork(interruptedAt: (piece, piece == .write ? 1 : number))
    let (starts, start) = AsyncStream.makeStream(of: Task<Void, any Error>.self)
    let run = Task {
      var iterator = starts.makeAsyncIterator()
      work.set(try #require(await iterator.next()))
      _ = try await world.reconciler(store, work).sync(allowLargeChange: true)
    }
    start.yield(run)
    await #expect(throws: CancellationError.self) { try await run.value }
    #expect(work.begunAfterwards <= InterruptedWorld.window, "\(work)")
    #expect(try await store.linkTable().isEmpty)
    #expect(try await store.lastCompleteRun() == nil)
    let next = try await world.reconciler(store, CountedWork()).sync(allowLargeChange: true)
    #expect(next.plan.rows.count == InterruptedWorld.people)
    #expect(try await store.linkTable().count == InterruptedWorld.matched)
  }

  @Test func `A run that nobody interrupts begins many pieces of each kind`() async throws {
    let work = CountedWork()
    _ = try await world.reconciler(world.store(), work).sync(allowLargeChange: true)
    for piece in Piece.allCases where piece != .write {
      #expect(work.count(of: piece) > 2 * InterruptedWorld.window, "\(piece)")
    }
    #expect(work.count(of: .write) == 1)
  }
}

/// A piece of what a run does: a page of the directory, the keys of a page, the keys that explain why the rows of
/// a page have no user, all writing.
private enum Piece: CaseIterable {
  case page, keys, explanation, write
}

/// Counts the pieces that a run begins, and cancels it at one of them.
private final class CountedWork: Sendable, CustomStringConvertible {
  private struct State {
    var task: Task<Void, any Error>?
    var counts: [Piece: Int] = [:]
    var atInterruption: Int?

    var total: Int { counts.values.reduce(0, +) }
  }

  private let end: (piece: Piece, number: Int)?
  private let state = Mutex(State())

  init(interruptedAt end: (piece: Piece, number: Int)? = nil) { self.end = end }

  func set(_ task: Task<Void, any Error>) { state.withLock { $0.task = task } }

  func begin(_ piece: Piece) {
    let task = state.withLock { state -> Task<Void, any Error>? in
      state.counts[piece, default: 0] += 1
      guard let end, end.piece == piece, state.counts[piece] == end.number else { return nil }
      state.atInterruption = state.total
      return state.task
    }
    task?.cancel()
  }

  func count(of piece: Piece) -> Int { state.withLock { $0.counts[piece, default: 0] } }

  /// The pieces after the one at which it was cancelled; all of them if it was not.
  var begunAfterwards: Int { state.withLock { $0.total - ($0.atInterruption ?? 0) } }

  var description: String { state.withLock { "\($0.counts), \($0.atInterruption ?? 0) before" } }
}

/// A tenant with a directory of many pages, the real store and the real matcher.
private final class InterruptedWorld: Sendable {
  static let pages = 80
  static let people = pages * perPage
  /// Every second of a page is a user of the application.
  static let matched = people / 2
  /// The most that is under way at once, for two processors: keys of eight pages and a few more, and what each
  /// of the two begins before it looks.
  static let window = 14
  private static let perPage = 10

  private let path = NSTemporaryDirectory() + "interrupted-run-test-\(UUID().uuidString)"
  private let permit = permit(of: "acme")

  private static func permit(of tenant: String) -> Permit {
    Permit(
      tenant: Tenant(
        name: tenant,
        directories: [
          .init(domain: "ACME", dnsDomain: "acme.example", source: .ldif(path: "/dev/null"))
        ],
        users: .store),
      actor: Actor(userName: "alice", identity: .account(userID: 1, groups: [])), action: "test")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A store of its own, with the users.
  func store() async throws -> any TenantStoring {
    let folder = path + "/\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let users = (0..<Self.people).filter { $0.isMultiple(of: 2) }.map { "u\($0),ACME\\p\($0)\n" }
    let file = folder + "/users.csv"
    try ("userName,windowsLogin\n" + users.joined())
      .write(toFile: file, atomically: true, encoding: .utf8)
    let store = try TestStores.open(
      TestStores.engine(), folder: folder + "/state",
      Self.permit(of: TestStores.uniqueName("acme")))
    _ = try await store.importUsers(file: file, skipInvalid: false, actor: "alice", at: .now())
    return store
  }

  func reconciler(_ store: any TenantStoring, _ work: CountedWork) throws -> Reconciler {
    let identities = [DirectoryIdentity(domain: "ACME", dnsDomain: "acme.example")]
    let matcher = try loginMatcher.make(MatcherContext(directories: identities))
    return Reconciler(
      permit: permit,
      directories: PagedDirectory(pages: Self.pages, perPage: Self.perPage, work: work),
      store: store, matcher: CountedMatcher(matcher: matcher, work: work),
      logger: Logger(label: "test"), partitions: Partitions(2)
    ) {
      if $0.isWriting { work.begin(.write) }
    }
  }
}

/// A matcher that says when it is asked about a page of the directory.
private struct CountedMatcher: Matcher {
  let matcher: any Matcher
  let work: CountedWork

  var rules: [KeyRule] { matcher.rules }
  var attributes: [String] { matcher.attributes }
  var fields: [TenantField] { matcher.fields }

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    if side == .directory { work.begin(purpose == .candidates ? .keys : .explanation) }
    return try matcher.keys(for: batch, side: side, purpose: purpose)
  }
}

/// A directory that gives page after page, and does not care whether somebody was interrupted.
private struct PagedDirectory: DirectoryReading {
  let pages: Int
  let perPage: Int
  let work: CountedWork

  func users(
    of directory: Int, attributes: [String], at moment: Timestamp, permit: Permit
  ) -> any AsyncSequence<DirectoryEvent, any Error> & Sendable {
    Pages(directory: self)
  }

  private struct Pages: AsyncSequence, Sendable {
    typealias Element = DirectoryEvent
    let directory: PagedDirectory

    func makeAsyncIterator() -> Iterator { Iterator(directory: directory) }

    struct Iterator: AsyncIteratorProtocol {
      let directory: PagedDirectory
      private var number = 0

      init(directory: PagedDirectory) { self.directory = directory }

      mutating func next() async throws -> DirectoryEvent? {
        defer { number += 1 }
        if number < directory.pages { return .batch(directory.page(number)) }
        guard number == directory.pages else { return nil }
        let count = directory.pages * directory.perPage
        return .finished(ReadReport(domain: "ACME", server: "memory", records: count))
      }
    }
  }

  private func page(_ number: Int) -> DirectoryUserBatch {
    work.begin(.page)
    let people = number * perPage..<(number + 1) * perPage
    var builder = RecordBatchBuilder(
      text: DirectoryAttribute.text, opaque: [DirectoryAttribute.distinguishedName], directory: 0)
    for person in people {
      if let column = DirectoryAttribute.text.firstIndex(of: DirectoryAttribute.login) {
        builder.append(Array("p\(person)".utf8), to: column)
      }
      builder.append(Array("CN=\(person),DC=acme".utf8), to: DirectoryAttribute.text.count)
      builder.endRecord()
    }
    return DirectoryUserBatch(
      directory: 0, records: builder.finish(),
      anchors: people.map {
        ObjectGUID(
          bytes: [UInt8](repeating: 7, count: 14)
            + [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)])
      },
      flags: people.map { _ in [] }, changeNumbers: people.map { _ in 0 },
      changedAt: people.map { _ in 0 })
  }

  func presence(
    of guids: [ObjectGUID], in directory: Int, permit: Permit
  ) async throws -> [ObjectGUID: Presence] { [:] }

  func testConnection(of directory: Int, permit: Permit) async -> [ConnectionStep] { [] }
}
