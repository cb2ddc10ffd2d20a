internal import Logging
internal import NIOCore
internal import Synchronization

/// The connections that are open: how many there may be, in all and of one client, and how to end them.
///
/// What is bounded here is the server's descriptors, so that whoever opens connections and says nothing
/// takes none that a run needs.
final class Connections: Sendable {
  /// How many may be open.
  struct Limits: Sendable, Equatable {
    /// In all.
    var most: Int
    /// Of one network: the address of a trusted proxy has no bound of its own.
    var mostOfNetwork: Int

    /// The limits that a number of descriptors allows.
    ///
    /// A request takes up to four: its connection, and the three files of a store. 512 are kept for what
    /// the schedule does: some hundred runs that wait at once take half of them.
    init(descriptors: Int) {
      most = min(2000, max(8, (descriptors - 512) / 4))
      mostOfNetwork = max(8, most / 8)
    }
  }

  let limits: Limits
  private let proxies: TrustedProxies
  private let logger: Logger
  private let state = Mutex(State())

  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var counts: [String: Int] = [:]
    /// When it was last said that a client was refused.
    var said: ContinuousClock.Instant?
  }

  init(_ limits: Limits, proxies: TrustedProxies = TrustedProxies(), logger: Logger) {
    self.limits = limits
    self.proxies = proxies
    self.logger = logger
  }

  /// Takes a new connection, and forgets it when it is closed.
  ///
  /// - Returns: false if its client has too many already.
  func admit(_ channel: any Channel) -> Bool {
    let address = channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
    let network = address.map { proxies.trusts($0) ? "proxy" : $0.network } ?? "unknown"
    let isWithin = state.withLock { state in
      let count = state.counts[network, default: 0]
      guard network == "proxy" || count < limits.mostOfNetwork else { return false }
      state.counts[network] = count + 1
      state.channels[ObjectIdentifier(channel)] = channel
      return true
    }
    guard isWithin else {
      sayRefused(address)
      return false
    }
    channel.closeFuture.whenComplete { [self] _ in
      state.withLock { state in
        state.channels[ObjectIdentifier(channel)] = nil
        let count = state.counts[network, default: 1] - 1
        state.counts[network] = count > 0 ? count : nil
      }
    }
    return true
  }

  /// Ends all, whatever they are doing.
  func closeAll() {
    for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
  }

  /// At most once a minute, otherwise a flood of requests could fill the disk.
  private func sayRefused(_ address: IPAddress?) {
    let isNews = state.withLock { state in
      let now = ContinuousClock.now
      if let said = state.said, now - said < .seconds(60) { return false }
      state.said = now
      return true
    }
    guard isNews else { return }
    logger.warning(
      "connections of a client are refused: it has too many open",
      metadata: [
        "address": "\(address?.description ?? "unknown")", "most": "\(limits.mostOfNetwork)",
      ])
  }
}
