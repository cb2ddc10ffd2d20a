package import PluginContract

/// The plugin: `matcher: name` (M4).
package let nameMatcher = MatcherPlugin(
  MatcherDeclaration(
    name: "name", version: "1.0.0",
    summary: "the user's first and last name against givenName and sn")
) { _ in NameMatcher() }

/// Compares first *and* last name; a record that lacks one of them has no key (M5).
struct NameMatcher: Matcher {
  let rules = NameRule.all
  let attributes = NameRule.attributes
  let fields = NameRule.fields

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    let names = side == .directory ? attributes : fields.map(\.rawValue)
    let firstNames = batch.column(names[0])?.canonical
    let lastNames = batch.column(names[1])?.canonical
    var keys = KeyBatch()
    var writer = NameKeyWriter(side: side, purpose: purpose)
    for record in 0..<batch.count {
      if let first = firstNames?.first(of: record), let last = lastNames?.first(of: record) {
        writer.addKeys(first: first, last: last, to: &keys)
      }
      keys.endRecord()
    }
    return keys
  }
}

/// The rules of `name`, in the order in which keys name them.
enum NameRule: Int, CaseIterable {
  case pair, spaces, lookAlikes, accents, transposed

  static let attributes = ["givenName", "sn"]
  static let fields: [TenantField] = [.firstName, .lastName]
  static let all = allCases.map(\.rule)

  private var rule: KeyRule {
    switch self {
    case .pair:
      KeyRule(
        code: "name-pair", matcher: "name", attributes: Self.attributes, fields: Self.fields)
    case .spaces: Self.near(.whitespace)
    case .lookAlikes: Self.near(.lookAlike)
    case .accents: Self.near(.accent)
    case .transposed: Self.near(.transposedName)
    }
  }

  private static func near(_ kind: NearMissKind) -> KeyRule {
    .near(kind, matcher: "name", attributes: attributes, fields: fields)
  }
}
