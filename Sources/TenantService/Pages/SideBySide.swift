internal import Administration
internal import PluginContract
internal import TenantCore

/// A directory user and the nearest user, value by value: what a person compares who has to say whether the
/// two are one.
struct SideBySide: Sendable {
  /// A value on each side; nil is blank.
  struct Line: Sendable {
    let label: String
    let directory: String?
    let user: String?
    /// True for the values that the matcher found to be near each other.
    let isCompared: Bool
  }

  let userName: String
  let userHref: String
  let lines: [Line]
  /// How the values that were compared differ.
  let difference: String
  /// What was true at the run and is not any more; nil if nothing changed.
  let changed: String?

  /// Looks the user up; nil if the row is no near miss.
  init?(_ entry: SnapshotEntry, _ visit: PageVisit) async throws {
    guard let nearest = NearestUser(entry.reason) else { return nil }
    self.init(
      entry, nearest, try await visit.authorized.session.userIfPresent(nearest.userName),
      visit.addresses)
  }

  /// - Parameter user: nil if it is gone.
  init(
    _ entry: SnapshotEntry, _ nearest: NearestUser, _ user: UserDetail?, _ addresses: PageAddresses
  ) {
    userName = DisplayText.safe(nearest.userName)
    userHref = addresses.href(ofUser: nearest.userName)
    let compared = nearest.field.split(separator: "+").compactMap {
      TenantField(rawValue: String($0))
    }
    let single = compared.count == 1 ? compared.first : nil
    lines = Self.fields.map { field, attribute in
      let isCompared = compared.contains(field)
      return Line(
        label: PageWords.label(field),
        directory: PageWords.safe(
          field == single
            ? nearest.directoryValue
            : field == .windowsLogin
              ? "\(entry.domain)\\\(entry.login)" : entry.attributes[attribute]?.first),
        user: PageWords.safe(user?.value(of: field) ?? (field == single ? nearest.userValue : nil)),
        isCompared: isCompared)
    }
    difference =
      DisplayText.safe(
        Self.difference(nearest.code) + (nearest.characters.map { ": \($0)" } ?? "")
      ).asSentence
    let now = compared.compactMap { user?.value(of: $0) }.joined(separator: " ")
    changed =
      user == nil
      ? "The user is gone."
      : now == nearest.userValue
        ? nil
        : DisplayText.safe("At the run the user had '\(nearest.userValue)'.")
  }

  /// What a person compares, with the directory's attribute.
  private static let fields: [(TenantField, attribute: String)] = [
    (.firstName, DirectoryAttribute.firstName), (.lastName, DirectoryAttribute.lastName),
    (.windowsLogin, DirectoryAttribute.login), (.email, DirectoryAttribute.mail),
    (.employeeId, DirectoryAttribute.employeeID),
  ]

  /// How two values differ, as a heading.
  static func difference(_ code: String) -> String {
    switch NearMissKind(rawValue: code) {
    case .whitespace: "only spaces or invisible characters differ"
    case .lookAlike: "only characters that look alike differ"
    case .form: "the same, written in another way"
    case .domain: "only the domain differs"
    case .accent: "only accents differ"
    case .numberFormat: "the same number, written in another way"
    case .transposedName: "first and last name are swapped"
    case .localPart: "the same before the @"
    case .domainMissing: "the user's Windows login names no domain"
    case nil: code
    }
  }
}

extension UserDetail {
  /// A value as it counts; nil is blank.
  func value(of field: TenantField) -> String? {
    switch field {
    case .userName: userName
    case .windowsLogin: windowsLogin
    default: ProfileField(rawValue: field.rawValue).flatMap { effective($0) }
    }
  }
}
