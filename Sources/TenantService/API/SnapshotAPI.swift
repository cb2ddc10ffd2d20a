internal import Administration
internal import Hummingbird
internal import PluginContract
internal import TenantCore

/// The lists of the snapshot at their own addresses, to be read part by part. What somebody links meanwhile
/// makes no part skip or repeat anything.
struct SnapshotAPI: Sendable {
  let api: APIRoutes

  func add(to router: Router<WebContext>) {
    api.on(router, .get, "/rows", "review", rows)
    api.on(router, .get, "/vanished-links", "review") { call in
      let part = try Self.part(try call.query(.text("after", longest: 2048), .size))
      return try await call.answerOfRevision {
        let head = try await call.authorized.session.head()
        let links = try Self.links(head?.vanishedLinks ?? [], part)
        return VanishedLinksAnswer(
          tenant: call.tenant.name, run: head?.run.id, links: links.items, next: links.next)
      }
    }
    api.on(router, .get, "/unclaimed", "review") { call in
      let part = try Self.part(try call.query(.text("after"), .size))
      return try await call.answerOfRevision {
        let snapshot = try await call.authorized.session.head()
        let names = try await call.authorized.session.unclaimedUsers()
        let after = part.after.map { CanonicalText.of($0) }
        let rest = names.filter { name in after.map { CanonicalText.of(name) > $0 } ?? true }
          .sorted { CanonicalText.of($0) < CanonicalText.of($1) }
        let found = Array(rest.prefix(part.size))
        return UnclaimedAnswer(
          tenant: call.tenant.name, run: snapshot?.run.id, unclaimed: found,
          next: rest.count > found.count ? found.last : nil)
      }
    }
    api.on(router, .get, "/findings", "review") { call in
      let part = try Self.part(try call.query(.text("after", longest: 64), .size))
      return try await call.answerOfRevision {
        let head = try await call.authorized.session.head()
        let first = try SnapshotCursor.row(part.after, of: head) + 1
        let rest = (head?.run.findings ?? []).dropFirst(first)
        let found = Array(rest.prefix(part.size))
        return FindingsAnswer(
          tenant: call.tenant.name, run: head?.run.id, findings: found,
          next: rest.count > found.count
            ? head.map { SnapshotCursor.text(run: $0.run.id, row: first + found.count - 1) } : nil)
      }
    }
  }

  private func rows(_ call: APICall) async throws -> Response {
    let fields = try call.query(
      .word("filter"), .word("state", mayRepeat: true), .text("domain"), .word("account"), .search,
      .text("after", longest: 64), .size)
    let query = try ReviewQuery(fields, domains: call.tenant.directories.map(\.domain))
    let part = try Self.part(fields)
    return try await call.answerOfRevision {
      let snapshot = try await call.snapshot()
      let head = try await call.authorized.session.head()
      let found = try await call.authorized.rows(
        query, after: try SnapshotCursor.row(part.after, of: head), limit: part.size)
      let rows = try await call.authorized.session.rows(
        found.keys, columns: RowColumn.snapshot)
      return RowsAnswer(
        tenant: call.tenant.name, run: snapshot.run.id, rows: RowAnswer.rows(of: rows),
        keys: found.keys,
        next: found.last.map { SnapshotCursor.text(run: snapshot.run.id, row: $0) })
    }
  }

  /// Which part of a list is asked for.
  private static func part(_ fields: FormFields) throws -> (after: String?, size: Int) {
    (fields["after"], try fields.number("size", in: 1...200) ?? 50)
  }

  private static func links(
    _ links: [VanishedLink], _ part: (after: String?, size: Int)
  ) throws -> (items: [VanishedLink], next: String?) {
    func key(_ link: VanishedLink) -> [UInt8] {
      let names = [link.link.domain, link.link.login].map(CanonicalText.of)
      return Array((names + [link.link.guid.description]).joined(separator: "\0").utf8)
    }
    let after = try part.after.map { text in
      guard let bytes = Hex.bytes(text.utf8) else { throw SnapshotCursor.unknown(text) }
      return bytes
    }
    let rest = links.map { (key: key($0), link: $0) }
      .filter { item in after.map { $0.lexicographicallyPrecedes(item.key) } ?? true }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let found = rest.prefix(part.size)
    return (
      found.map { $0.link }, rest.count > found.count ? found.last.map { Hex.text($0.key) } : nil
    )
  }
}

/// A place in what one complete run read, which nobody changes by hand.
enum SnapshotCursor {
  static func text(run: Int64, row: Int) -> String { "\(run)-\(row)" }

  /// The row that a cursor stands on; the one before the first if there is no cursor.
  ///
  /// - Throws: ``WebFailure`` if another run has been complete since.
  static func row(_ text: String?, of head: SnapshotHead?) throws -> Int {
    guard let text else { return -1 }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let run = Int64(parts[0]), let row = Int(parts[1]), row >= 0,
      row < Int.max
    else { throw unknown(text) }
    guard run == head?.run.id else {
      throw WebFailure(
        .conflict, "a later run is complete; begin again without 'after'", kind: "changed-meanwhile"
      )
    }
    return row
  }

  static func unknown(_ text: String) -> WebFailure {
    WebFailure(.badRequest, "'\(text.prefix(64))' is no 'next' of an answer")
  }
}
