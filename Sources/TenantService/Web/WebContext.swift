internal import Hummingbird
internal import NIOCore

/// What is known of a request beside its head and body.
struct WebContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Who asks: the peer, or whom a trusted proxy names; nil if that is not known.
  var client: IPAddress?
  /// True if the client came over TLS, to this server or to a trusted proxy.
  var isSecure = false
  private let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
    client = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
  }

  /// The client's address, for the log and the audit.
  var address: String { client?.description ?? "unknown" }
  /// What is counted as one client.
  var network: String { client?.network ?? "unknown" }

  /// The largest body: a form with some hundred rows, or a JSON object.
  var maxUploadSize: Int { FormFields.maximumBytes }

  /// Ends the connection once the answer had time to be read: what is still to come of the request, a body
  /// that is too long or comes byte by byte, is not waited for.
  func hangUp() {
    let channel = channel
    channel.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(promise: nil) }
  }
}
