internal import NIOCore
internal import Foundation
internal import Hummingbird
internal import TenantCore

/// The fields of a form or of a query: names and values in their order, a name any number of times.
struct FormFields: Sendable {
  /// The longest body: 500 rows with their keys need 30 KiB.
  static let maximumBytes = 256 * 1024
  /// The most fields.
  static let maximumCount = 2000

  private var fields: [(name: String, value: String)] = []
  /// The files of a form that has some, by the names of their fields.
  private(set) var files: [String: [UInt8]] = [:]

  /// Reads `application/x-www-form-urlencoded` (the URL Standard, section 5); what cannot be
  /// decoded is left out.
  init(_ text: some StringProtocol) {
    for field in text.split(separator: "&", maxSplits: Self.maximumCount).prefix(Self.maximumCount)
    {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(parts[0]),
        let value = Self.decoded(parts.dropFirst().first ?? "")
      else { continue }
      fields.append((name, value))
    }
  }

  /// Takes the fields of a form with files.
  init(_ form: MultipartForm) { (fields, files) = (form.fields, form.files) }

  /// The fields of a request's query.
  init(queryOf request: Request) { self.init(request.uri.query ?? "") }

  /// The first value of a name; nil if there is none or it is blank.
  subscript(name: String) -> String? {
    fields.first { $0.name == name && !$0.value.allSatisfy(\.isWhitespace) }?.value
  }

  /// The first value of a name as it is, an empty one too.
  func exact(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  /// All values of a name that are not blank.
  func all(_ name: String) -> [String] {
    fields.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
  }

  /// True if a box was ticked.
  func isYes(_ name: String) -> Bool { self[name] == "yes" || self[name] == "true" }

  private static func decoded(_ text: some StringProtocol) -> String? {
    text.replacingOccurrences(of: "+", with: " ").removingPercentEncoding
  }

  /// Writes a query of fields in this order; those without a value are left out.
  static func query(_ fields: [(name: String, value: String?)]) -> String {
    fields.compactMap { name, value in
      value.map { "\(name)=\(encoded($0))" }
    }.joined(separator: "&")
  }

  /// A value as a part of a URL's path or query.
  static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }

  /// RFC 3986, section 2.3.
  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}

extension FormFields {
  /// One of some words; nil if the field is blank.
  func choice(_ name: String, of known: [String]) throws -> String? {
    guard let value = self[name] else { return nil }
    guard known.contains(value) else { throw Self.unknown(name, value, known: known) }
    return value
  }

  /// A number; nil if the field is blank.
  func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let value = self[name] else { return nil }
    guard let number = Int(value), range.contains(number) else {
      throw WebFailure(
        .badRequest,
        "'\(name)' takes a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// What is said of a word that is none of the known ones.
  static func unknown(_ name: String, _ value: String, known: [String]) -> WebFailure {
    WebFailure(
      .badRequest,
      "unknown \(name) '\(value.prefix(64))'; known: \(known.joined(separator: ", "))")
  }
}

extension Request {
  /// The fields of a form that was sent.
  ///
  /// - Throws: ``WebFailure`` if it is no form, too long, or does not come within ten seconds, as
  ///   from a client that means to hold the connection.
  ///
  /// - Parameter limit: the longest body.
  func form(upTo limit: Int = FormFields.maximumBytes) async throws -> FormFields {
    let type = headers[.contentType] ?? ""
    if type.lowercased().hasPrefix("multipart/form-data") {
      let bytes = try await bytes(upTo: limit)
      guard let form = MultipartForm(bytes.readableBytesView, contentType: type) else {
        throw WebFailure(.badRequest, "the form is not correctly encoded")
      }
      return FormFields(form)
    }
    guard type.lowercased().hasPrefix("application/x-www-form-urlencoded") else {
      throw WebFailure(.unsupportedMediaType, "the body must be a form")
    }
    return FormFields(String(buffer: try await bytes(upTo: limit)))
  }

  /// The body.
  func bytes(upTo limit: Int) async throws -> ByteBuffer {
    try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
      let body = body
      group.addTask {
        do {
          return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
          throw WebFailure(.contentTooLarge, "the request is longer than \(limit >> 10) KiB")
        } catch let error where !(error is CancellationError) {
          throw WebFailure(.badRequest, "the request ended before it was complete")
        }
      }
      group.addTask {
        try await Task.sleep(for: .seconds(10))
        return nil
      }
      defer { group.cancelAll() }
      guard let bytes = try await group.next() ?? nil else {
        throw WebFailure(.requestTimeout, "the request did not arrive in time")
      }
      return bytes
    }
  }
}
