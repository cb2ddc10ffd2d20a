import Foundation
import Glibc

/// Stands before a plain LDAP server on 127.0.0.1 and speaks TLS, at once or after StartTLS; what
/// comes through is handed on as it is.
package final class TLSFront: Sendable {
  /// When it begins with TLS.
  package enum Beginning: String, Sendable {
    case atOnce = "ldaps"
    case afterStartTLS = "starttls"
  }

  /// Where it listens, on 127.0.0.1.
  package let port: Int
  private let process: Process

  /// Starts it.
  ///
  /// - Parameters:
  ///   - target: the plain server's port on 127.0.0.1.
  ///   - version: the only version that it speaks, as Python names it (`TLSv1_1`); nil for those
  ///     that are in use.
  package init(
    to target: Int, _ beginning: Beginning = .atOnce, certificate: TestCertificate,
    version: String? = nil
  ) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = [
      "-c", Self.program, certificate.path, certificate.keyPath, "\(target)", beginning.rawValue,
      version ?? "",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    // Python warns of versions of TLS that are not in use any more.
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      process.terminate()
      throw POSIXError(.ECONNREFUSED)
    }
    self.port = port
  }

  /// By the signal that nobody can block, as threads of the pool do for their children.
  deinit { kill(process.processIdentifier, SIGKILL) }

  /// The StartTLS request has 31 bytes and a message number; its answer is a success.
  private static let program = """
    import select, socket, ssl, sys, threading
    certificate, key, target, beginning, version = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if version:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion[version]

    def hand_on(secured, server):
        while True:
            ready = [secured] if secured.pending() else select.select([secured, server], [], [])[0]
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                (server if source is secured else secured).sendall(data)

    def serve(client):
        server = None
        try:
            if beginning == "starttls":
                request = client.recv(1024)
                client.sendall(bytes([0x30, 12, 2, 1, request[4], 0x78, 7, 10, 1, 0, 4, 0, 4, 0]))
            client = context.wrap_socket(client, server_side=True)
            server = socket.create_connection(("127.0.0.1", int(target)))
            hand_on(client, server)
        except (OSError, IndexError):
            pass
        for end in (client, server):
            if end:
                end.close()

    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()
    """
}

/// A certificate for 127.0.0.1 that openssl made, to be named in `caCertificate`.
package final class TestCertificate: Sendable {
  private let folder: TemporaryFolder

  /// The certificate (PEM).
  package var path: String { folder.path("certificate.pem") }
  /// Its key (PEM).
  package var keyPath: String { folder.path("key.pem") }

  package init() throws {
    folder = try TemporaryFolder()
    let openssl = Process()
    openssl.executableURL = URL(filePath: "/usr/bin/openssl")
    openssl.arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
      "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder.path("key.pem"), "-out",
      folder.path("certificate.pem"),
    ]
    openssl.standardError = FileHandle.nullDevice
    try openssl.run()
    openssl.waitUntilExit()
    guard openssl.terminationStatus == 0 else { throw POSIXError(.EIO) }
  }
}
