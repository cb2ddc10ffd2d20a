internal import PluginContract
internal import TenantCore

/// Adds rows to `link_rows`.
struct LinkWriter {
  /// Why a link is made, as bytes: what ``TenantCore/Reason`` is as text.
  struct CompactReason {
    var code: String
    var matcher: String?
    var attribute: String?
    var value: ArraySlice<UInt8>?
    var canonical: ArraySlice<UInt8>?
    /// The user's name stands for the one candidate that is the user.
    var candidates: Candidates = .theUser
    var detail: String?
  }

  enum Candidates {
    case theUser
    case named([String])
  }

  /// Who is linked, and where the directory user is.
  struct NewLink {
    var guid: ObjectGUID
    var userID: Int64
    /// 0 for a link by hand.
    var run: Int64
    var domain: String
    var login: ArraySlice<UInt8>
    var distinguishedName: ArraySlice<UInt8>
  }

  private let insert: any Statement
  private var codes: LinkCodes
  private var row = RowImage()

  init(_ database: StoreDatabase) throws {
    codes = LinkCodes(database)
    insert = try database.rowWriter(
      .insert(
        into: "link_rows",
        [
          ("user_id", .integer), ("guid", .blob), ("run", .integer), ("domain", .integer),
          ("parent", .integer), ("reason", .integer), ("login", .text), ("reason_value", .text),
          ("reason_canonical", .text), ("reason_candidates", .text), ("reason_detail", .text),
        ]))
  }

  /// Adds a link with the reason that it keeps.
  mutating func add(_ link: NewLink, because reason: CompactReason) throws {
    let isLogin = reason.value == link.login
    let isSmall = reason.value.map { Self.isSmall(reason.canonical, of: $0) } ?? false
    let isUser = if case .theUser = reason.candidates { true } else { false }
    let kind = LinkCodes.ReasonKind(
      code: reason.code, matcher: reason.matcher, attribute: reason.attribute,
      derived: (isLogin ? LinkSchema.Derived.value : 0)
        | (isSmall ? LinkSchema.Derived.canonical : 0)
        | (isUser ? LinkSchema.Derived.candidates : 0))
    row.clear()
    row.append(link.userID)
    row.append(link.guid)
    row.append(link.run)
    row.append(try codes.domain(link.domain))
    row.append(number: try codes.parent(of: link.distinguishedName))
    row.append(try codes.reason(kind))
    row.append(nonNull: link.login)
    row.append(isLogin ? nil : reason.value)
    row.append(isSmall ? nil : reason.canonical)
    append(reason.candidates)
    row.append(reason.detail)
    try insert.run(row)
  }

  private mutating func append(_ candidates: Candidates) {
    guard case .named(let names) = candidates, !names.isEmpty else { return row.appendNull() }
    row.append(building: { JSONText.append(names, to: &$0) })
  }

  /// True if SQLite's `lower` makes the one of the other: small letters for ASCII's capitals.
  private static func isSmall(
    _ canonical: ArraySlice<UInt8>?, of value: ArraySlice<UInt8>
  ) -> Bool {
    guard let canonical, canonical.count == value.count, !value.isEmpty else { return false }
    return zip(value, canonical).allSatisfy { byte, small in
      (byte &- 0x41 < 26 ? byte | 0x20 : byte) == small
    }
  }
}

extension LinkWriter.CompactReason {
  /// A reason for a link to a user of this name.
  init(_ reason: Reason, userName: String) {
    self.init(
      code: reason.code, matcher: reason.matcher, attribute: reason.attribute,
      value: reason.value.map { Array($0.utf8)[...] },
      canonical: reason.canonical.map { Array($0.utf8)[...] },
      candidates: reason.candidates == [userName] ? .theUser : .named(reason.candidates),
      detail: reason.detail)
  }
}
