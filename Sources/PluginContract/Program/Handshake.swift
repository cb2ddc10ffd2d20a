/// The first frame each way, on a plugin's side.
struct Handshake {
  let stream: FrameStream
  let kind: PluginKind
  let name: String
  let version: String
  let contractVersion: Int
  let options: [OptionDeclaration]

  /// Greets back.
  ///
  /// - Returns: false if the two sides have no version in common, which the host was told.
  func run() throws -> Bool {
    guard let frame = try stream.read() else { return false }
    guard frame.kind == .control,
      case .hello(let host) = try ControlFrame.decode(frame.body, as: HostMessage.self)
    else { throw FrameError("tenantctl did not begin with 'hello'") }
    let spoken = ContractRange(oldest: contractVersion, newest: contractVersion)
    guard let common = spoken.common(with: host.contract) else {
      try stream.write(.refuse(PluginRefusal(contract: spoken)))
      return false
    }
    try stream.write(
      .hello(
        PluginHello(contract: common, kind: kind, name: name, version: version, options: options)))
    return true
  }
}
