package import PluginContract

/// The plugin: `matcher: user-name` (M4).
package let userNameMatcher = MatcherPlugin(
  MatcherDeclaration(
    name: "user-name", version: "1.0.0",
    summary: "the application's user name against mail, userPrincipalName or sAMAccountName",
    options: [
      OptionDeclaration(
        "attribute", .choice(UserNameMatcher.choices), default: .string(UserNameMatcher.choices[0]),
        "the directory attribute that holds the user name")
    ])
) { context in
  let attribute = context.options.string("attribute") ?? UserNameMatcher.choices[0]
  guard UserNameMatcher.choices.contains(attribute) else {
    throw OptionError(
      option: "attribute",
      message: "'\(attribute)' is not one of \(UserNameMatcher.choices.joined(separator: ", "))")
  }
  return UserNameMatcher(attribute: attribute)
}

/// Compares the tenant user's name in the application with one attribute.
struct UserNameMatcher: Matcher {
  static let choices = ["mail", "userPrincipalName", "sAMAccountName"]

  let rules: [KeyRule]
  let attributes: [String]
  let fields: [TenantField] = [.userName]

  /// The rules, in the order in which keys name them.
  private enum Rule: Int { case exact, spaces, lookAlikes, forms, accents, localPart }

  init(attribute: String) {
    attributes = [attribute]
    let exact = KeyRule(
      code: "user-name", matcher: "user-name", attributes: [attribute], fields: [.userName])
    rules =
      [exact]
      + [NearMissKind.whitespace, .lookAlike, .form, .accent, .localPart].map {
        .near($0, matcher: "user-name", attributes: [attribute], fields: [.userName])
      }
  }

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    let name = side == .directory ? attributes[0] : TenantField.userName.rawValue
    let column = batch.column(name)?.canonical
    var keys = KeyBatch()
    for record in 0..<batch.count {
      if let column { addKeys(column, record, purpose, to: &keys) }
      keys.endRecord()
    }
    return keys
  }

  private func addKeys(
    _ column: PackedColumn, _ record: Int, _ purpose: KeyPurpose, to keys: inout KeyBatch
  ) {
    for (index, position) in column.values(of: record).enumerated() {
      let value = column.value(position)
      func add(_ key: some Collection<UInt8>, _ rule: Rule) {
        keys.add(key, rule: rule.rawValue, valueIndex: index)
      }
      switch purpose {
      case .candidates:
        add(value, .exact)
      case .explanation:
        add(Likeness.withoutSpaces(value), .spaces)
        add(Likeness.withoutLookAlikes(value), .lookAlikes)
        for form in forms(of: value) { add(form, .forms) }
        add(Likeness.withoutAccents(value), .accents)
        add(Likeness.localPart(value), .localPart)
      }
    }
  }

  private func forms(of value: ArraySlice<UInt8>) -> [[UInt8]] {
    attributes[0] == "sAMAccountName"
      ? Likeness.logins(in: value) : Likeness.addresses(in: value)
  }
}
