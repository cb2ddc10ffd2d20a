import CLDAP
import Dispatch
import Glibc
import OperatingSystem
import Synchronization
import TenantCore

/// Bounds calls of libldap that wait on a socket without a limit of their own: the TLS handshake,
/// StartTLS and the steps of a SASL bind.
///
/// A thread beside them shuts the connection down at the deadline, or when the work is cancelled,
/// and the call ends with an error. It holds a duplicate of the descriptor, so that it never touches
/// one that libldap has closed and the system has given to somebody else.
final class SocketDeadline: Sendable {
  private enum State {
    case waiting, ended, expired
  }

  private let state = Mutex(State.waiting)
  private let wake = DispatchSemaphore(value: 0)
  private let socket: FileDescriptor
  private let deadline: ContinuousClock.Instant
  private let cancellation: Cancellation

  private init(
    _ socket: consuming FileDescriptor, _ deadline: ContinuousClock.Instant,
    _ cancellation: Cancellation
  ) {
    self.socket = socket
    self.deadline = deadline
    self.cancellation = cancellation
  }

  /// Runs work that waits on a socket.
  ///
  /// - Parameters:
  ///   - socket: the descriptor; it stays the caller's.
  ///   - limit: what a message names as the time that was given.
  /// - Throws: what the work throws; ``LDAPFault`` for a time that is over; `CancellationError`.
  static func run<Value>(
    _ socket: Int32, until deadline: ContinuousClock.Instant, _ limit: Duration,
    _ cancellation: Cancellation, _ work: () throws -> Value
  ) throws -> Value {
    let copy = try FileDescriptor(checking: fcntl(socket, F_DUPFD_CLOEXEC, 0))
    let watch = SocketDeadline(copy, deadline, cancellation)
    try OwnThread.start { watch.wait() }
    do {
      let value = try work()
      watch.end()
      return value
    } catch {
      let isExpired = watch.end()
      try cancellation.check()
      // libldap has the same limit for an answer, and may be first.
      let isTimeout = isExpired || (error as? LDAPFault)?.code == LDAP_TIMEOUT
      throw isTimeout ? LDAPFault.timeout(limit) : error
    }
  }

  private func wait() {
    while wake.wait(timeout: .now() + .milliseconds(LDAPHandle.slice)) == .timedOut {
      guard cancellation.isRaised || ContinuousClock.now >= deadline else { continue }
      state.withLock { state in
        guard state == .waiting else { return }
        state = .expired
        shutdown(socket.number, Int32(SHUT_RDWR))
      }
      return
    }
  }

  /// - Returns: true if the connection was shut down.
  @discardableResult
  private func end() -> Bool {
    wake.signal()
    return state.withLock { state in
      if state == .waiting { state = .ended }
      return state == .expired
    }
  }
}
