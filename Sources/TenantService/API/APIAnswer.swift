internal import Administration
internal import Crypto
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import PluginContract
internal import TenantCore

/// A strong entity tag (RFC 9110, section 8.8.3).
struct EntityTag: Sendable, Equatable, CustomStringConvertible {
  /// With its quotation marks.
  let description: String

  /// Of what an answer is made of.
  init(_ parts: [String]) {
    // The lengths keep two lists from being one text.
    self.init(bytes: parts.flatMap { Array("\($0.utf8.count):\($0)".utf8) })
  }

  /// Of the answer itself.
  init(bytes: [UInt8]) {
    let digest = SHA256.hash(data: Data(bytes)).prefix(16)
    description = "\"\(Hex.text(digest))\""
  }

  /// True if `If-None-Match` names it, compared weakly (RFC 9110, section 13.1.2).
  func isIn(ifNoneMatch field: String?) -> Bool {
    Self.tags(field).contains { tag in
      tag == "*" || tag == description || tag == "W/\(description)"
    }
  }

  /// True if `If-Match` names it, compared strongly (RFC 9110, section 13.1.1).
  func isIn(ifMatch field: String?) -> Bool {
    Self.tags(field).contains { $0 == "*" || $0 == description }
  }

  private static func tags(_ field: String?) -> [String] {
    (field ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }
}

extension APICall {
  /// An answer as a response.
  func answer(
    _ answer: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) throws -> Response {
    Self.response(try AnswerEncoder.bytes(answer), status: status, headers: headers)
  }

  /// An answer with a tag of its own content; 304 if the client has it.
  func taggedAnswer(_ answer: some Encodable) throws -> Response {
    let bytes = try AnswerEncoder.bytes(answer)
    let tag = EntityTag(bytes: bytes)
    if tag.isIn(ifNoneMatch: request.headers[.ifNoneMatch]) { return Self.notModified(tag) }
    return Self.response(bytes, headers: Self.headers(tag))
  }

  /// An answer that is the same as long as the store and the request are; 304, and nothing is read, if
  /// the client has it.
  ///
  /// What is written between two readings makes it be read again; an answer that never stood still is
  /// given without a tag.
  func answerOfRevision<Answer: Encodable>(
    _ make: () async throws -> Answer
  ) async throws -> Response {
    var bytes: [UInt8] = []
    for _ in 0..<3 {
      let revision = try await authorized.revision()
      let tag = tag(of: revision)
      if tag.isIn(ifNoneMatch: request.headers[.ifNoneMatch]) { return Self.notModified(tag) }
      bytes = try AnswerEncoder.bytes(try await make())
      if try await authorized.revision() == revision {
        return Self.response(bytes, headers: Self.headers(tag))
      }
    }
    return Self.response(bytes)
  }

  /// The tag of what the request asks for.
  func tag(of revision: TableRevision) -> EntityTag {
    let store = revision.store
    return EntityTag(
      [
        tenant.name, request.uri.path, request.uri.query ?? "", "\(store.run)", "\(store.change)",
        "\(store.snapshot)",
      ] + revision.usersFile)
  }

  /// A client may keep an answer that has a tag, and asks each time whether it still counts.
  static func headers(_ tag: EntityTag) -> HTTPFields {
    [.eTag: tag.description, .cacheControl: "private, no-cache", .vary: "Authorization"]
  }

  static func notModified(_ tag: EntityTag) -> Response {
    Response(status: .notModified, headers: headers(tag))
  }

  static func response(
    _ bytes: [UInt8], status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.contentType] = "application/json"
    return Response(
      status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}

extension PageAnswer {
  /// Tells which part of a list a page is, and how many rows there are.
  init(_ place: TablePlace, _ total: TableTotal, hasMore: Bool) {
    let (rows, isExact) =
      switch total {
      case .exact(let count): (count, true)
      case .moreThan(let count): (count, false)
      }
    self.init(
      number: place.number, size: place.size, rows: rows, exact: isExact, hasMore: hasMore)
  }
}

/// The API's description, which is there for everybody.
struct OpenAPIFile: Sendable {
  static let bytes = PackageResources.openapi_json
  private let bytes: [UInt8]
  private let tag: EntityTag

  /// - Parameter base: where the server is, to a client.
  init(_ base: BasePath) {
    let text = String(decoding: Self.bytes, as: UTF8.self)
    let server = base.text.isEmpty ? "/" : base.text
    bytes = Array(
      text.replacing("\"url\": \"/\"", with: "\"url\": \"\(server)\"", maxReplacements: 1).utf8)
    tag = EntityTag(bytes: bytes)
  }

  func answer(_ request: Request) throws -> Response {
    _ = try APIQuery.fields(of: request, known: [])
    var headers: HTTPFields = [.eTag: tag.description, .cacheControl: "public, no-cache"]
    if tag.isIn(ifNoneMatch: request.headers[.ifNoneMatch]) {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = "application/json"
    return Response(
      status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
