internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// A server's connections, each admitted by ``Connections`` and ended if its client stops reading.
struct GuardedChannel<Base: ServerChildChannel>: ServerChildChannel {
  let base: Base
  let connections: Connections

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
    guard connections.admit(channel) else {
      return channel.close().flatMapThrowing { throw ConnectionRefused() }
    }
    return channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(UnreadLimit())
    }.flatMap {
      base.setup(channel: channel, logger: logger)
    }
  }

  func handle(value: Base.Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}

/// A client has too many connections.
private struct ConnectionRefused: Error {}

/// Ends a connection whose client takes nothing of what is sent to it.
///
/// A download waits for its client, and a client that reads nothing would keep its place for as long as it
/// likes. One that is slow has a minute for each 32 KiB, the step at which the channel takes more to write.
final class UnreadLimit: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// How long a client may read nothing.
  static let longest = TimeAmount.seconds(60)

  private var end: Scheduled<Void>?

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    end?.cancel()
    end = nil
    if !context.channel.isWritable {
      let channel = context.channel
      end = context.eventLoop.scheduleTask(in: Self.longest) { channel.close(promise: nil) }
    }
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end?.cancel()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }
}

extension HTTPServerBuilder {
  /// The same server, whose connections are bounded.
  ///
  /// - Parameter wrap: what is put around a connection before anything of HTTP, such as TLS.
  static func guarded(
    _ configuration: HTTP1Channel.Configuration, _ connections: Connections,
    wrap: @escaping @Sendable (any ServerChildChannel) throws -> any ServerChildChannel = { $0 }
  ) -> HTTPServerBuilder {
    HTTPServerBuilder { responder in
      open(
        try wrap(HTTP1Channel(responder: responder, configuration: configuration)), connections)
    }
  }

  private static func open(
    _ base: some ServerChildChannel, _ connections: Connections
  ) -> any ServerChildChannel {
    GuardedChannel(base: base, connections: connections)
  }
}
