import Foundation
import Testing

/// The stored sheets that an export is held against, as LibreOffice reads them; no test writes
/// them.
enum Golden {
  /// The text of a stored file.
  static func text(_ name: String) throws -> String {
    let folder = try #require(Bundle.module.url(forResource: "Golden", withExtension: nil))
    return String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
  }
}
