import Glibc
import OperatingSystem
import TenantCore

/// A TCP connection and the address at its other end.
struct ConnectedSocket: ~Copyable {
  let descriptor: FileDescriptor
  let address: SocketAddress
}

/// Connects to the first address of a host that answers.
///
/// An address that has not answered after ``stagger`` is joined by the next one, so that a dead
/// address before a live one costs a moment and not the whole time.
struct ConnectionRace: ~Copyable {
  /// RFC 8305, section 5.
  static let stagger = Duration.milliseconds(250)

  private var attempts: [(number: Int32, address: SocketAddress)] = []
  private var fault = SystemFailure(number: ETIMEDOUT)

  private init() {}

  deinit { for attempt in attempts { close(attempt.number) } }

  /// A connection that blocks, to one of the addresses.
  ///
  /// - Throws: ``SystemFailure`` of the address that failed last; `CancellationError`.
  static func run(
    _ addresses: [SocketAddress], until deadline: ContinuousClock.Instant,
    _ cancellation: Cancellation
  ) throws -> ConnectedSocket {
    var race = ConnectionRace()
    var left = addresses[...]
    var nextStart = ContinuousClock.now
    while true {
      try cancellation.check()
      let now = ContinuousClock.now
      guard now < deadline else { throw SystemFailure(number: ETIMEDOUT) }
      if race.attempts.isEmpty || now >= nextStart, let address = left.popFirst() {
        race.start(address)
        nextStart = now + stagger
      }
      guard !race.attempts.isEmpty || !left.isEmpty else { throw race.fault }
      let wait = min(.milliseconds(LDAPHandle.slice), deadline - now)
      if let socket = try race.winner(within: wait) { return socket }
    }
  }

  private mutating func start(_ address: SocketAddress) {
    do {
      attempts.append((try address.startConnecting().release(), address))
    } catch let failed as SystemFailure {
      fault = failed
    } catch {
      fault = SystemFailure(number: ETIMEDOUT)
    }
  }

  private mutating func winner(within limit: Duration) throws -> ConnectedSocket? {
    guard !attempts.isEmpty else { return nil }
    var waits = attempts.map { pollfd(fd: $0.number, events: Int16(POLLOUT), revents: 0) }
    guard unsafe poll(&waits, nfds_t(waits.count), Int32(limit.milliseconds)) > 0 else {
      return nil
    }
    for (index, wait) in waits.enumerated().reversed() where wait.revents != 0 {
      let (number, address) = attempts.remove(at: index)
      let descriptor = FileDescriptor(owning: number)
      let code = descriptor.connectionError
      guard code != 0 else {
        try descriptor.setBlocking(true)
        return ConnectedSocket(descriptor: descriptor, address: address)
      }
      fault = SystemFailure(number: code)
    }
    return nil
  }
}

extension FileDescriptor {
  /// How a connection that was begun has ended: 0 or an error number.
  fileprivate var connectionError: Int32 {
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { return errno }
    return code
  }
}
