internal import Hummingbird
internal import NIOCore

/// What is known of a request beside its head and body.
struct WebContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The address that the request comes from, without the port.
  let address: String

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    address = source.channel.remoteAddress?.ipAddress ?? "unknown"
  }

  /// The largest body: a form with some hundred rows, or a JSON object.
  var maxUploadSize: Int { FormFields.maximumBytes }
}
