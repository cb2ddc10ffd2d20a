import Foundation
import Glibc
import Synchronization

/// An HTTP server on a loopback port that keeps the requests and gives one answer to all.
final class RecordingServer: Sendable {
  let port: UInt16
  private let descriptor: Int32
  private let kept = Mutex<[String]>([])

  /// - Parameter answer: status line and headers; nil never to answer.
  init?(answer: String?) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.descriptor = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard isBound else { return nil }
    Thread { [weak self] in
      while case let connection = accept(descriptor, nil, nil), connection >= 0 {
        self?.serve(connection, answer)
      }
    }.start()
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  /// All requests so far, heads and bodies.
  var requests: [String] { kept.withLock(\.self) }

  private func serve(_ connection: Int32, _ answer: String?) {
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while !Self.isWhole(request) {
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { break }
      request += buffer[..<count]
    }
    kept.withLock { $0.append(String(decoding: request, as: UTF8.self)) }
    // One that never answers keeps the connection.
    guard let answer else { return }
    let text = Array("HTTP/1.1 \(answer)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
    _ = write(connection, text, text.count)
    close(connection)
  }

  private static func isWhole(_ request: [UInt8]) -> Bool {
    let text = String(decoding: request, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { return false }
    let length = text.split(separator: "\r\n").compactMap { line -> Int? in
      let parts = line.lowercased().split(separator: ":")
      guard parts.count == 2, parts[0] == "content-length" else { return nil }
      return Int(parts[1].trimmingCharacters(in: .whitespaces))
    }.first
    return text[end.upperBound...].utf8.count >= length ?? 0
  }
}
