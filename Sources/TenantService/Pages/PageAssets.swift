internal import Crypto
internal import Foundation
internal import Hummingbird
internal import NIOCore
internal import PluginContract

/// The style sheet, the script and the icon, which are compiled into the program.
enum PageAssets {
  private static let files: [String: (type: String, bytes: [UInt8])] = [
    "app.css": ("text/css; charset=utf-8", PackageResources.app_css),
    "app.js": ("text/javascript; charset=utf-8", PackageResources.app_js),
    "icon.svg": ("image/svg+xml", PackageResources.icon_svg),
  ]

  /// Where pages find them.
  struct Addresses: Sendable {
    let css: String
    let js: String
    let icon: String
  }

  /// Where pages find them; another version has another address, so that browsers may keep them.
  static let addresses = Addresses(
    css: address(of: "app.css"), js: address(of: "app.js"), icon: address(of: "icon.svg"))

  /// A file as an answer.
  static func answer(_ name: String) throws -> Response {
    guard let file = files[name] else { throw WebFailure.notFound }
    return Response(
      status: .ok,
      headers: [
        .contentType: file.type, .cacheControl: "public, max-age=31536000, immutable",
      ],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)))
  }

  private static func address(of name: String) -> String {
    let digest = SHA256.hash(data: Data(files[name]?.bytes ?? []))
    return "/assets/\(name)?v=" + Hex.text(digest.prefix(6))
  }
}
