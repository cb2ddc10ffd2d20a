internal import Administration
import Authorization
internal import OperatingSystem
import TenantCore

/// The events of one read. Each iteration reads the directory again, on a thread that ends with the
/// read, with its cancellation, or when the iterator is abandoned.
struct EventSequence: AsyncSequence, Sendable {
  typealias Element = DirectoryEvent
  typealias Failure = any Error

  /// Pages that may wait for the reader: one in use, two ready.
  static let capacity = 2

  /// The work of the thread: it sends events and throws where it cannot go on.
  let read: @Sendable (BoundedChannel<DirectoryEvent>) throws -> Void

  func makeAsyncIterator() -> Iterator { Iterator(read) }

  /// Cancels the read when the last copy is gone.
  final class Iterator: AsyncIteratorProtocol {
    typealias Failure = any Error
    private let channel = BoundedChannel<DirectoryEvent>(capacity: EventSequence.capacity)

    init(_ read: @escaping @Sendable (BoundedChannel<DirectoryEvent>) throws -> Void) {
      let channel = channel
      do {
        try OwnThread.start {
          channel.finish(Result { try read(channel) })
        }
      } catch {
        channel.finish(.failure(error))
      }
    }

    deinit { channel.cancel() }

    func next() async throws -> DirectoryEvent? { try await channel.next() }

    func next(isolation actor: isolated (any _Concurrency.Actor)?) async throws -> DirectoryEvent? {
      try await channel.next()
    }
  }
}
