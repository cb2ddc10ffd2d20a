import Administration
import Foundation
import Glibc
import Synchronization

/// A key distribution centre that answers every request with an error (RFC 4120, section 5.9.1), for
/// those that no real one makes on cue.
final class ScriptedKDC: Sendable {
  /// The realm for which the servers' krb5.conf names its address.
  static let realm = "SCRIPTED.EXAMPLE"

  private let code = Mutex<UInt8>(0)

  /// Starts to answer, over UDP, until the process ends.
  init() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = UInt16(1088).bigEndian
    inet_pton(AF_INET, "127.0.0.9", &place.sin_addr)
    let isBound = withUnsafeBytes(of: &place) { bytes in
      let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      return bind(descriptor, pointer, socklen_t(bytes.count)) == 0
    }
    guard isBound else { throw POSIXError(.EADDRINUSE) }
    Thread.detachNewThread { [self] in
      while answer(descriptor) {}
    }
  }

  /// Answers with another error from now on.
  func answer(with code: UInt8) { self.code.withLock { $0 = code } }

  private func answer(_ descriptor: Int32) -> Bool {
    var request = [UInt8](repeating: 0, count: 65536)
    var client = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutableBytes(of: &client) { bytes in
      let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      guard recvfrom(descriptor, &request, request.count, 0, pointer, &length) > 0 else {
        return false
      }
      let answer = Self.error(code.withLock { $0 })
      return sendto(descriptor, answer, answer.count, 0, pointer, length) > 0
    }
  }

  private static func error(_ code: UInt8) -> [UInt8] {
    func tlv(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag, UInt8(content.count)] + content }
    func number(_ value: UInt8) -> [UInt8] { tlv(0x02, [value]) }
    func text(_ text: String) -> [UInt8] { tlv(0x1b, Array(text.utf8)) }
    let name = tlv(0xa0, number(2)) + tlv(0xa1, tlv(0x30, text("krbtgt") + text(realm)))
    let time = tlv(0x18, Array("20261128120000Z".utf8))
    let fields =
      tlv(0xa0, number(5)) + tlv(0xa1, number(30)) + tlv(0xa4, time) + tlv(0xa5, number(0))
      + tlv(0xa6, number(code)) + tlv(0xa9, text(realm)) + tlv(0xaa, tlv(0x30, name))
    return tlv(0x7e, tlv(0x30, fields))
  }
}
