internal import PluginContract
internal import TenantCore

/// What the columns of a users file are, decided once from their names.
struct UsersFileColumns: Sendable {
  /// What a column tells.
  enum Target: Equatable {
    case field(Int)
    case active
  }

  /// The most faults of a header that are named.
  private static let maximumFaults = 20

  /// What the file tells, and the first column that does.
  private(set) var targets: [(target: Target, column: Int)] = []
  /// All columns that tell what several do, by its place.
  private(set) var doubled: [Int: [Int]] = [:]
  /// True for each field that the file has a column for.
  private(set) var hasColumn = TenantField.allCases.map { _ in false }
  private(set) var hasActive = false

  private static let known = TenantField.allCases.map(\.rawValue) + ["active"]
  private static let expectation =
    "known columns are \(known.joined(separator: ", ")), separated by commas, semicolons or tabs"

  /// Takes a file's names; nil stands for a file that has none.
  ///
  /// - Throws: ``StoreError`` that lists what is wrong with them.
  init(_ header: CSVHeader?, path: String) throws {
    guard let header else {
      throw StoreError(.usersFile, "\(path):1: the file is empty; \(Self.expectation)")
    }
    var faults: [String] = []
    for (column, name) in header.names.enumerated() {
      let key = CanonicalText.of(name)
      guard let known = Self.known.firstIndex(where: { CanonicalText.of($0) == key }) else {
        faults.append("unknown column '\(name)'; \(Self.expectation)")
        continue
      }
      add(column, known == TenantField.allCases.count ? .active : .field(known))
    }
    if !hasColumn[0] { faults.append("the required column 'userName' is missing") }
    guard faults.isEmpty else { throw Self.refusal(of: faults, "\(path):\(header.line)") }
  }

  private mutating func add(_ column: Int, _ target: Target) {
    if let place = targets.firstIndex(where: { $0.target == target }) {
      doubled[place, default: [targets[place].column]].append(column)
    } else {
      targets.append((target, column))
    }
    switch target {
    case .active: hasActive = true
    case .field(let field): hasColumn[field] = true
    }
  }

  private static func refusal(of faults: [String], _ place: String) -> StoreError {
    let rest = faults.count - maximumFaults
    let lines = faults.prefix(maximumFaults).map { "\(place): \($0)" }
    let more = rest > 0 ? ["and \(rest) more unknown columns"] : []
    return StoreError(.usersFile, (lines + more).joined(separator: "\n"))
  }
}
