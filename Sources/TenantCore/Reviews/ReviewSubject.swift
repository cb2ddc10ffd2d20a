/// Whom a decision is about: what keeps its meaning while runs come and go (V2).
package enum ReviewSubject: Sendable, Hashable {
  /// A directory user that has a row. A record without a GUID is named by its distinguished name.
  case row(RowKey)
  /// A link whose directory user has no row, or whose tenant user is gone.
  case vanishedLink(ObjectGUID)
  /// A tenant user whom nobody claims, by its folded name.
  case unclaimedUser(String)

  /// The bytes by which a table remembers it.
  package var packed: [UInt8] {
    switch self {
    case .row(let key): key.packed
    case .vanishedLink(let guid): [UInt8(ascii: "v")] + guid.bytes
    case .unclaimedUser(let name): [UInt8(ascii: "u")] + name.utf8
    }
  }

  /// Reads what ``packed`` gives.
  package init?(packed: some Collection<UInt8>) {
    switch packed.first {
    case UInt8(ascii: "v"):
      guard let guid = ObjectGUID(bytes: packed.dropFirst()) else { return nil }
      self = .vanishedLink(guid)
    case UInt8(ascii: "u"):
      self = .unclaimedUser(String(decoding: packed.dropFirst(), as: UTF8.self))
    default:
      guard let key = RowKey(packed: packed) else { return nil }
      self = .row(key)
    }
  }

  /// What it is, in a word for lists.
  package var kind: String {
    switch self {
    case .row: "directory-user"
    case .vanishedLink: "vanished-link"
    case .unclaimedUser: "unclaimed-user"
    }
  }

  /// The GUID of the directory user, if there is one.
  package var guid: ObjectGUID? {
    switch self {
    case .row(.guid(let guid)), .vanishedLink(let guid): guid
    case .row(.record), .unclaimedUser: nil
    }
  }
}
