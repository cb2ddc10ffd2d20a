/// The columns of table `snapshot`, in the order in which a row is compared and written.
///
/// The key comes first, then what an export needs by default, so that SQLite decodes no more of a
/// row than that.
enum SnapshotColumns {
  static let names =
    [
      "domain_key", "login_key", "row_id", "login", "mail", "state", "domain", "user_id", "flags",
      "user_principal_name", "first_name", "last_name", "employee_id", "distinguished_name",
      "more_attributes",
    ] + ReasonColumns.names

  /// The first three are the key: R4's order.
  static let keyCount = 3

  static let rowID = 2
  static let login = 3
  static let mail = 4
  static let state = 5
  static let domain = 6
  static let userID = 7
  static let flags = 8
  static let userPrincipalName = 9
  static let firstName = 10
  static let lastName = 11
  static let employeeID = 12
  static let distinguishedName = 13
  static let moreAttributes = 14
  static let reason = 15

  static let list = names.joined(separator: ", ")

  static var insert: String {
    let places = names.map { _ in "?" }.joined(separator: ", ")
    return "INSERT OR REPLACE INTO snapshot (\(list)) VALUES (\(places))"
  }
}
