import PluginContract
import TenantCore

/// Judges which records are left out by login or organizational unit (M13).
struct ExclusionRules: Sendable {
  /// What a name says.
  enum Answer: Sendable, Equatable {
    case included, excluded
    /// The DN cannot be read, so nobody knows.
    case unreadable
  }

  /// A limit on the memory for ``answers``: most directories have fewer units than that.
  private static let maximumRemembered = 4096

  private let globs: [LoginGlob]
  private let units: [DistinguishedName]
  private let hasRoot: Bool
  private var answers: [ArraySlice<UInt8>: Answer] = [:]
  private var last: (parent: ArraySlice<UInt8>, answer: Answer)?

  /// Takes the rules of a directory.
  ///
  /// - Parameter rootDN: what relative units are relative to; nil for a file.
  /// - Throws: ``DirectoryError`` for a unit that is no distinguished name.
  init(_ exclusions: Exclusions, rootDN: String?) throws(DirectoryError) {
    globs = exclusions.logins.map { LoginGlob($0) }
    hasRoot = rootDN != nil
    let root = try rootDN.map { root throws(DirectoryError) in
      try Self.name(root, of: "rootDN")
    }
    var units: [DistinguishedName] = []
    for text in exclusions.organizationalUnits {
      let unit = try Self.name(text, of: "exclude.organizationalUnits")
      guard let root, !unit.isWithin(root), !unit.isAbsolute else {
        units.append(unit)
        continue
      }
      units.append(unit.under(root))
    }
    self.units = units
  }

  var readsLogins: Bool { !globs.isEmpty }
  var readsNames: Bool { !units.isEmpty }

  /// True if a rule leaves this login out.
  func excludes(login: [UInt8]) -> Bool {
    guard let canonical = CanonicalText.of(login) else { return false }
    return globs.contains { $0.matches(canonical: canonical) }
  }

  /// What the units say of a DN. Neighbours share their parent, so its answer is kept.
  mutating func judge(dn: [UInt8]) -> Answer {
    guard !dn.isEmpty else { return .included }
    guard let parent = DistinguishedName.parent(of: dn[...]) else {
      return DistinguishedName(dn) == nil ? .unreadable : .included
    }
    if let last, last.parent == parent { return last.answer }
    let answer = answers[parent] ?? judge(parent: parent)
    if answers.count == Self.maximumRemembered { answers = [:] }
    answers[parent] = answer
    last = (parent, answer)
    return answer
  }

  private func judge(parent: ArraySlice<UInt8>) -> Answer {
    guard let name = DistinguishedName(parent) else { return .unreadable }
    return units.contains { contains(name, in: $0) } ? .excluded : .included
  }

  /// In a file a relative unit stands right before the domain's components, or ends the name.
  private func contains(_ name: DistinguishedName, in unit: DistinguishedName) -> Bool {
    name.isWithin(unit) || !hasRoot && !unit.isAbsolute && name.withoutDomain.isWithin(unit)
  }

  private static func name(_ text: String, of key: String) throws(DirectoryError)
    -> DistinguishedName
  {
    if let name = DistinguishedName(text), !name.components.isEmpty { return name }
    throw DirectoryError(
      .configuration, "\(key) '\(text)' is not a distinguished name; write it like OU=Staff,OU=US")
  }
}
