import Foundation

/// Listens on this machine in all ways in which a plugin might call out; in Python, as a process.
final class Listeners: Sendable {
  let tcp: Int
  let udp: Int
  /// The abstract socket's name, without its zero byte.
  let name = "tenantctl-test-\(UUID().uuidString)"
  /// The socket's path; that of datagrams has `.datagrams` behind it.
  let path: String
  private let process: Process
  private let input = Pipe()
  private let output: FileHandle

  /// - Parameter path: where a socket is made.
  init(path: String) throws {
    self.path = path
    let answers = Pipe()
    process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-I", "-c", Self.program, path, name]
    process.standardInput = input
    process.standardOutput = answers
    output = answers.fileHandleForReading
    try process.run()
    let ports = String(decoding: output.availableData, as: UTF8.self).split(separator: " ")
    tcp = ports.first.flatMap { Int($0) } ?? 0
    udp =
      ports.dropFirst().first.flatMap { Int($0.trimmingPrefix(" ").prefix { $0.isNumber }) } ?? 0
  }

  /// Stops to listen.
  ///
  /// - Returns: which of them somebody called.
  func callers() throws -> [String] {
    try input.fileHandleForWriting.close()
    let text = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n").map(String.init)
  }

  private static let program = """
    import select, socket, sys
    path, name = sys.argv[1:]
    links = {}
    for kind, family, way, address in [
            ("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            ("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            ("abstract", socket.AF_UNIX, socket.SOCK_STREAM, "\\0" + name),
            ("path", socket.AF_UNIX, socket.SOCK_STREAM, path),
            ("datagram-pair", socket.AF_UNIX, socket.SOCK_DGRAM, path + ".datagrams")]:
        links[kind] = socket.socket(family, way)
        links[kind].bind(address)
        if way == socket.SOCK_STREAM: links[kind].listen(8)
    print(links["tcp"].getsockname()[1], links["udp"].getsockname()[1], flush=True)
    sys.stdin.read()
    for kind, link in links.items():
        if select.select([link], [], [], 0)[0]: print(kind)
    """
}
