package import Logging

/// A way to an operator.
protocol NotificationWay: Sendable {
  /// What it is, for the log.
  var name: String { get }

  /// Delivers within a time of its own, or throws.
  func deliver(_ notification: TenantNotification) async throws
}

/// Delivers notifications one after the other, so that a failing way holds up no run.
package final class Notifier: Sendable {
  /// More than these wait only if no way works; the oldest are let go, the log has them.
  static let most = 1000

  private let ways: [any NotificationWay]
  private let logger: Logger
  private let queue = AsyncStream<TenantNotification>.makeStream(
    bufferingPolicy: .bufferingNewest(most))

  /// Makes a notifier.
  ///
  /// - Parameters:
  ///   - command: a program that gets the notification as JSON on its standard input.
  ///   - url: where the same JSON is posted.
  package convenience init(command: String?, url: NotificationURL?, logger: Logger) {
    let ways: [(any NotificationWay)?] = [
      command.map { NotificationProgram(path: $0) }, url.map { NotificationPost(url: $0) },
    ]
    self.init(ways: ways.compactMap(\.self), logger: logger)
  }

  init(ways: [any NotificationWay], logger: Logger) {
    self.ways = ways
    self.logger = logger
  }

  /// Takes a notification to be delivered later.
  package func add(_ notification: TenantNotification) {
    guard !ways.isEmpty else { return }
    if case .dropped(let oldest) = queue.continuation.yield(notification) {
      logger.error("a notification was dropped: too many are waiting", metadata: facts(oldest))
    }
  }

  /// Says that no more notifications come.
  package func close() { queue.continuation.finish() }

  /// Delivers until ``close()``, and what came before it.
  package func run() async {
    for await notification in queue.stream {
      for way in ways {
        do {
          try await way.deliver(notification)
        } catch {
          logger.error(
            "the notification could not be delivered: \(way.name): \(error)",
            metadata: facts(notification))
        }
      }
    }
  }

  private func facts(_ notification: TenantNotification) -> Logger.Metadata {
    ["tenant": "\(notification.tenant)", "event": "\(notification.event)"]
  }
}

/// Why a notification did not get through.
struct NotificationFailure: Error, Equatable, CustomStringConvertible {
  let description: String
}
