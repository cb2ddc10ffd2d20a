internal import Foundation

/// A form with files: `multipart/form-data` (RFC 7578, RFC 2046 section 5.1).
struct MultipartForm: Sendable {
  /// The most parts.
  static let maximumCount = 32
  /// The longest head of a part.
  private static let longestHead = 4096
  /// The longest boundary (RFC 2046, section 5.1.1).
  private static let longestBoundary = 70

  /// The fields that are no files, in their order.
  private(set) var fields: [(name: String, value: String)] = []
  /// The files by the names of their fields, as they were sent; one that was not chosen is left out.
  private(set) var files: [String: [UInt8]] = [:]

  /// Reads a body.
  ///
  /// - Parameter contentType: the request's, which has the boundary.
  /// - Returns: nil if it is no such form, ends early or has too many parts.
  init?(_ body: some Sequence<UInt8>, contentType: String) {
    guard let boundary = Self.boundary(contentType) else { return nil }
    let data = Data(body)
    let delimiter = Data("\r\n--\(boundary)".utf8)
    guard data.starts(with: delimiter.dropFirst(2)) else { return nil }
    var rest = data.dropFirst(delimiter.count - 2)
    for _ in 0...Self.maximumCount {
      if rest.starts(with: "--".utf8) { return }
      guard rest.starts(with: "\r\n".utf8), let end = rest.range(of: delimiter),
        add(rest[rest.startIndex..<end.lowerBound].dropFirst(2))
      else { return nil }
      rest = rest[end.upperBound...]
    }
    return nil
  }

  private static func boundary(_ contentType: String) -> String? {
    let parts = contentType.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
    guard parts.first?.lowercased() == "multipart/form-data",
      let parameter = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("boundary=") })
    else { return nil }
    let boundary = parameter.dropFirst("boundary=".count).trimmingCharacters(
      in: CharacterSet(charactersIn: "\""))
    guard (1...longestBoundary).contains(boundary.utf8.count) else { return nil }
    return boundary
  }

  /// Adds a part: its head, an empty line, its content.
  private mutating func add(_ part: Data) -> Bool {
    guard let end = part.prefix(Self.longestHead).range(of: Data("\r\n\r\n".utf8)) else {
      return false
    }
    let head = String(decoding: part[part.startIndex..<end.lowerBound], as: UTF8.self)
    let content = part[end.upperBound...]
    let disposition = head.split(whereSeparator: \.isNewline).first {
      $0.lowercased().hasPrefix("content-disposition:")
    }
    guard let disposition,
      let name = disposition.firstMatch(of: /[; ]name="([^"]*)"/)?.output.1
    else { return false }
    if disposition.contains(/[; ]filename\*?=/) {
      if !content.isEmpty { files[String(name)] = Array(content) }
    } else {
      fields.append((String(name), String(decoding: content, as: UTF8.self)))
    }
    return true
  }
}
