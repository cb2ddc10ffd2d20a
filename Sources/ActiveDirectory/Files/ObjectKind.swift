/// What a record of a file says it is by its object classes and its category (M12).
struct ObjectKind {
  /// The values of `objectClass`: all that the object has, or from PowerShell the last one only.
  var classes: [ArraySlice<UInt8>] = []
  /// The values of `objectCategory`: the DN of a class in the schema, or its name.
  var categories: [ArraySlice<UInt8>] = []

  /// Classes of which one alone says that an object with a login is nobody: each of them has a
  /// `sAMAccountName` as a user has.
  private static let loginsOfNobody = [
    "computer", "group", "msds-managedserviceaccount", "msds-groupmanagedserviceaccount",
    "msds-delegatedmanagedserviceaccount",
  ]

  /// What a record says of itself.
  enum Answer: Equatable {
    case person, other
    /// It does not say enough to tell.
    case unknown
  }

  /// The answer where all classes of an object are listed, as LDAP does.
  var ofAllClasses: Answer {
    guard !classes.isEmpty else { return isCategoryOfOthers ? .other : .unknown }
    guard holds("user"), !holds("computer"), !isCategoryOfOthers else { return .other }
    return .person
  }

  /// The answer where the last class may stand for all, as PowerShell writes it: an unknown one
  /// with a login is taken for a kind of user.
  func ofLastClass(hasLogin: Bool) -> Answer {
    guard classes.count == 1, !holds("user") else { return ofAllClasses }
    if isCategoryOfOthers || Self.loginsOfNobody.contains(where: holds) { return .other }
    return hasLogin ? .person : .other
  }

  private var isCategoryOfOthers: Bool {
    guard !categories.isEmpty else { return false }
    return !categories.contains {
      Self.isSame($0, "person") || Self.isSame($0.prefix(10), "cn=person,")
    }
  }

  private func holds(_ name: String) -> Bool { classes.contains { Self.isSame($0, name) } }

  /// ASCII without case; `word` is in lower case.
  static func isSame(_ value: ArraySlice<UInt8>, _ word: String) -> Bool {
    value.count == word.utf8.count
      && zip(value, word.utf8).allSatisfy { byte, letter in
        byte == letter || (0x41...0x5A).contains(byte) && byte | 0x20 == letter
      }
  }
}
