import CLDAP
import PluginContract
import TenantCore

/// Reads the users of one organizational unit over one connection, to the last page.
struct UnitRead {
  let session: LDAPSession
  /// The unit's whole name.
  let base: String
  /// Every base of the directory, for continuation references.
  let bases: [String]

  /// What a unit gave.
  struct Part: Sendable {
    var records = 0
    var pages = 0
    /// What was noted of values.
    var findings: [Finding] = []
  }

  /// Reads all users and hands them over page by page.
  func users(
    filter: String, builder: DirectoryBatchBuilder, excluded: Set<ObjectGUID>,
    _ send: (DirectoryUserBatch) throws -> Void
  ) throws -> Part {
    let session = session
    var part = Part()
    var decoder = UserDecoder(builder: builder) { range, dn, builder in
      try session.values(after: range, of: dn, into: &builder)
    }
    part.pages = try pages(filter: filter, attributes: builder.wantedAttributes) { answer in
      let count = try answer.visitEntries(&decoder)
      if decoder.builder.count > 0 {
        part.records += decoder.builder.count
        try send(Self.marking(decoder.builder.take(), excluded))
      }
      return count
    }
    part.findings = decoder.builder.findings
    return part
  }

  /// The anchors of the living objects that a filter finds; little else is asked for.
  func anchors(filter: String) throws -> Set<ObjectGUID> {
    try accounts(filter: filter, attributes: AccountDecoder.anchor).anchors
  }

  /// The number of users (M12).
  func count(filter: String) throws -> Int {
    try accounts(filter: filter, attributes: AccountDecoder.kind).count
  }

  private func accounts(filter: String, attributes: [String]) throws -> AccountDecoder {
    var decoder = AccountDecoder()
    _ = try pages(filter: filter, attributes: attributes) { try $0.visitEntries(&decoder) }
    return decoder
  }

  private func pages(
    filter: String, attributes: [String], _ body: (LDAPAnswer) throws -> Int
  ) throws -> Int {
    let request = SearchRequest(
      base: base, filter: filter, attributes: attributes, pageSize: session.settings.pageSize)
    do {
      return try session.pages(of: request) { answer in
        try ContinuationReferences(bases: bases, server: session.server, unit: base)
          .check(try answer.references(), session.logger)
        return try body(answer)
      }
    } catch let search as SearchFault {
      throw SearchDiagnosis(unit: base, server: session.server, settings: session.settings)
        .explain(search)
    } catch let answer as UnpagedAnswer {
      throw DirectoryError(
        .incomplete,
        "'\(base)' was not read to its end: \(session.server) does not say whether page "
          + "\(answer.page) is the last one (RFC 2696), so users may be missing; look for a proxy "
          + "that drops the paged results control")
    } catch let pages as EndlessPages {
      throw DirectoryError(
        .incomplete, "'\(base)' was not read to its end: \(session.server) \(pages.words)")
    }
  }

  /// The rule of an exclusion that the builder knows comes first (M13).
  private static func marking(
    _ batch: DirectoryUserBatch, _ excluded: Set<ObjectGUID>
  ) -> DirectoryUserBatch {
    guard !excluded.isEmpty else { return batch }
    var batch = batch
    for (index, anchor) in batch.anchors.enumerated() {
      guard let anchor, excluded.contains(anchor), batch.exclusions[index] == nil else { continue }
      batch.exclusions[index] = .filter
    }
    return batch
  }
}
