internal import PluginContract
internal import TenantCore

/// Writes the reasons of rows: what was compared, and who is concerned.
struct ReasonWriter {
  /// The most candidates that a reason names; beyond, it says how many more there are.
  static let namedLimit = 25

  let join: Join

  /// A reason about a key of a row.
  func reason(
    _ code: String, row: Int, hit: RowKeys.Hit?, users named: [Int] = [], detail: String? = nil
  ) -> Reason {
    var reason = hit.map { compared(join.rows.places[row], $0) } ?? Reason(code: code)
    reason.code = code
    reason.candidates = names(of: named)
    reason.detail = detail ?? more(named)
    return reason
  }

  /// User names in the order of their folded form.
  func names(of users: [Int]) -> [String] {
    let names = users.prefix(Self.namedLimit).map { join.users.userName(of: $0) }
    return names.sorted { CanonicalText.of($0) < CanonicalText.of($1) }
  }

  private func more(_ users: [Int]) -> String? {
    users.count > Self.namedLimit ? "and \(users.count - Self.namedLimit) more" : nil
  }

  /// The rows as `DOMAIN\login`, for a sentence.
  func logins(of rows: [Int]) -> String {
    rows.map { join.rows.qualifiedLogin(join.rows.places[$0]) }.joined(separator: ", ")
  }

  /// Who holds a user, as `DOMAIN\login`.
  func login(of holder: Availability.Holder) -> String {
    switch holder {
    case .link(let index):
      name(of: join.input.links[Int(index)])
    case .row(let row): join.rows.qualifiedLogin(join.rows.places[Int(row)])
    }
  }

  private func name(of link: Link) -> String { "\(link.domain)\\\(link.login)" }

  /// The matcher, attribute and values of a key that users have.
  private func compared(_ place: DirectoryRows.Place, _ hit: RowKeys.Hit) -> Reason {
    compared(
      place, join.rules[Int(hit.rule)], valueIndex: Int(hit.valueIndex),
      key: join.index.bytes(of: hit.key))
  }

  /// The matcher, attribute and values of any key of a row.
  func compared(_ place: DirectoryRows.Place, _ batch: KeyBatch, value: Int) -> Reason {
    compared(
      place, join.rules[Int(batch.rules[value])], valueIndex: Int(batch.valueIndexes[value]),
      key: batch.keys.value(value))
  }

  private func compared(
    _ place: DirectoryRows.Place, _ rule: KeyRule, valueIndex index: Int, key: ArraySlice<UInt8>
  ) -> Reason {
    let raw = rule.attributes.compactMap { attribute -> String? in
      guard let column = join.rows.batch(place).records.column(attribute)?.raw else { return nil }
      let values = column.values(of: Int(place.record))
      let position = values.lowerBound + (rule.attributes.count == 1 ? index : 0)
      guard values.contains(position) else { return nil }
      return String(decoding: column.value(position), as: UTF8.self)
    }
    return Reason(
      code: rule.code, matcher: rule.matcher, attribute: rule.attributes.joined(separator: "+"),
      value: raw.joined(separator: " "), canonical: printable(key))
  }

  /// A key's bytes as text, with the separators of its parts shown as spaces.
  private func printable(_ key: ArraySlice<UInt8>) -> String {
    String(decoding: key.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
  }
}
