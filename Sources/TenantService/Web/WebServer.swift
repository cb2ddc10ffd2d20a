internal import HummingbirdCore
internal import Hummingbird
internal import HummingbirdTLS
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import TenantCore

/// The server that requests come to: connections, TLS, and what is done with requests.
struct WebServer<Responder: HTTPResponder> where Responder.Context == WebContext {
  let address: ListenAddress
  /// What answers them.
  let responder: Responder
  let certificate: TLSFiles?
  let connections: Connections
  let logger: Logger

  /// The server as a part of the service.
  ///
  /// - Throws: ``Failure`` for a certificate or key that cannot be used.
  func application() throws -> some Service {
    let configuration = HTTP1Channel.Configuration(
      idleTimeout: .seconds(60),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100))
    let tls = try certificate?.configuration()
    let server = HTTPServerBuilder.guarded(configuration, connections) { plain in
      try tls.map { try Self.overTLS(plain, $0) } ?? plain
    }
    return Application(
      responder: responder, server: server,
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port),
        serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(connections.limits.most)),
      onServerRunning: { [logger, certificate] channel in
        let port = channel.localAddress?.port ?? 0
        logger.notice(
          "the pages are served",
          metadata: ["port": "\(port)", "tls": "\(certificate != nil)"])
      },
      logger: logger)
  }

  private static func overTLS(
    _ plain: some ServerChildChannel, _ configuration: TLSConfiguration
  ) throws -> any ServerChildChannel {
    try TLSChannel(plain, tlsConfiguration: configuration)
  }
}
