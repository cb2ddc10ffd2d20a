internal import PluginContract
internal import TenantCore

/// Attributes that a whole directory does not tell: an export left them out, or permissions hide
/// them. Then a matcher had nothing to compare, which says nothing about the users.
struct MissingAttributes: Sendable {
  /// In a directory of fewer users it may be chance that nobody has a value.
  static let smallestDirectory = 3

  /// A tier of which nobody in a directory can have a key.
  private struct Tier {
    var matcher: String
    var attributes: [String]
  }

  private let directories: [Directory]
  /// For each directory, the users that were read and can be matched.
  private let userCounts: [Int]
  /// For each directory, the tiers that had nothing to compare, in order.
  private let tiers: [[Tier]]
  /// For each directory, those attributes, as `mail, employeeID`; nil if there are none.
  private let texts: [String?]
  /// For each directory, the attributes of user's profiles that nobody has.
  private let untold: [Set<String>]

  /// Looks through all rows.
  init(_ rows: DirectoryRows, rules: [KeyRule], directories: [Directory]) {
    let values = DirectoryValues(rows, directories: directories.count)
    let exact = Dictionary(grouping: rules.filter { $0.strength == .exact }, by: \.tier)
    let byTier = exact.sorted { $0.key < $1.key }.map(\.value)
    let tiers = directories.indices.map { directory in
      byTier.compactMap { Self.missing($0) { values.isMissing($0, in: directory) } }
    }
    self.directories = directories
    self.tiers = tiers
    userCounts = values.userCounts
    texts = tiers.map { $0.isEmpty ? nil : Self.names(of: $0).joined(separator: ", ") }
    untold = directories.indices.map { directory in
      Set(
        ProfileField.allCases.map(\.attribute).filter { values.isMissing($0, in: directory) })
    }
  }

  /// Says nothing of directories: of a few of a directory's users nothing can be concluded.
  init(nothingOf directories: [Directory]) {
    self.directories = directories
    userCounts = directories.map { _ in 0 }
    tiers = directories.map { _ in [] }
    texts = directories.map { _ in nil }
    untold = directories.map { _ in [] }
  }

  /// What matchers could not compare in a directory because nobody has it, as `mail, employeeID`;
  /// nil if they could compare everything.
  func text(ofDirectory directory: Int) -> String? { texts[directory] }

  /// True if nobody in a directory has this attribute of a profile: then a blank value does not say
  /// that the directory's is blank.
  func isUntold(_ field: ProfileField, inDirectory directory: Int) -> Bool {
    untold[directory].contains(field.attribute)
  }

  /// One for each directory with such tiers.
  var findings: [Finding] {
    directories.indices.compactMap { index in
      guard !tiers[index].isEmpty else { return nil }
      let names = Self.names(of: tiers[index]).joined(separator: " or ")
      let matchers = tiers[index].map(\.matcher).uniqued().joined(separator: " and ")
      return Finding(
        .attributeMissing, subject: directories[index].domain,
        message: "none of the \(userCounts[index]) users has \(names), so there was nothing for "
          + "\(matchers) to compare; \(AttributeRemedy(directories[index]).text)")
    }
  }

  private static func names(of tiers: [Tier]) -> [String] {
    tiers.flatMap(\.attributes).uniqued()
  }

  /// A tier of several rules, such as `mail` and `proxyAddresses`, had something to compare if one
  /// of them had; a rule of several attributes, such as first and last name, needs them all.
  private static func missing(_ rules: [KeyRule], _ isMissing: (String) -> Bool) -> Tier? {
    let missing = rules.map { $0.attributes.filter(isMissing) }
    guard !missing.contains(where: \.isEmpty) else { return nil }
    return Tier(matcher: rules.first?.matcher ?? "", attributes: missing.flatMap(\.self))
  }
}

/// Which attributes anybody in a directory has.
private struct DirectoryValues {
  private let batches: [DirectoryUserBatch]
  /// For each directory, the rows that are neither left out nor invalid.
  private(set) var userCounts: [Int]

  init(_ rows: DirectoryRows, directories: Int) {
    batches = rows.batches
    userCounts = [Int](repeating: 0, count: directories)
    for place in rows.places where rows.exclusion(place) == nil && rows.fault(place) == nil {
      userCounts[rows.directory(place)] += 1
    }
  }

  /// True if nobody has a value and that can hardly be chance.
  func isMissing(_ attribute: String, in directory: Int) -> Bool {
    userCounts[directory] >= MissingAttributes.smallestDirectory
      && !batches.contains { $0.directory == directory && Self.hasValue(attribute, $0) }
  }

  private static func hasValue(_ attribute: String, _ batch: DirectoryUserBatch) -> Bool {
    guard let column = batch.records.column(attribute)?.raw, column.valueCount > 0 else {
      return false
    }
    return (0..<batch.count).contains { record in
      isUsable(record, batch)
        && column.values(of: record).contains { column.value($0).contains { $0 != 0x20 } }
    }
  }

  private static func isUsable(_ record: Int, _ batch: DirectoryUserBatch) -> Bool {
    batch.exclusions[record] == nil && batch.faults[record] == nil
  }
}

extension [String] {
  /// The elements in their order, each once.
  fileprivate func uniqued() -> [String] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
