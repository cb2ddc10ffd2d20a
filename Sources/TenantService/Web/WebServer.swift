internal import HummingbirdCore
internal import Hummingbird
internal import HummingbirdTLS
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import TenantCore

/// The server of the pages and the API.
struct WebServer: Sendable {
  let address: ListenAddress
  let parts: ServiceParts
  let door: Door
  let certificate: TLSFiles?
  var proxies = TrustedProxies()
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
      router: try router(), server: server,
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

  /// Which address leads where.
  func router() throws -> Router<WebContext> {
    let pages = try Pages(parts, door)
    let router = Router(context: WebContext.self)
    router.add(middleware: ForwardedRequest(proxies: proxies, isTLS: certificate != nil))
    router.add(middleware: RequestLog(clock: parts.clock))
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ErrorAnswers(pages: pages))
    pages.add(to: router)
    APIRoutes(parts: parts, door: door).add(to: router)
    return router
  }
}
