internal import Hummingbird
internal import NIOCore

/// What is known of a request beside its head and body.
struct WebContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Who asks: the peer, or whom a trusted proxy names; nil if that is not known.
  var client: IPAddress?
  /// True if the client came over TLS, to this server or to a trusted proxy.
  var isSecure = false

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    client = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
  }

  /// The client's address, for the log and the audit.
  var address: String { client?.description ?? "unknown" }
  /// What is counted as one client.
  var network: String { client?.network ?? "unknown" }

  /// The largest body: a form with some hundred rows, or a JSON object.
  var maxUploadSize: Int { FormFields.maximumBytes }
}
