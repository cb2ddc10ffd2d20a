internal import PluginContract

/// What a plugin says of a matcher that it made, checked: the host asks directories for its
/// attributes, and shows its codes.
struct CheckedMatcher {
  let rules: [KeyRule]
  let fields: [TenantField]
  let mode: TierMode

  private static let maximumRules = 256
  private static let maximumAttributes = 64

  /// Attributes that hold secrets where a service account may read them; no plugin gets them.
  private static let secretAttributes: Set<String> = [
    "dbcspwd", "lmpwdhistory", "mslaps-encryptedpassword", "mslaps-encryptedpasswordhistory",
    "mslaps-encrypteddsrmpassword", "mslaps-encrypteddsrmpasswordhistory", "mslaps-password",
    "ms-mcs-admpwd", "msds-managedpassword", "msfve-recoverypassword", "mspkiaccountcredentials",
    "mspkidpapimasterkeys", "mssfu30password", "mstpm-ownerinformation", "ntpwdhistory",
    "supplementalcredentials", "trustauthincoming", "trustauthoutgoing", "unicodepwd",
    "unixuserpassword", "userpassword",
  ]

  init(_ made: MadeMatcher, plugin: String) throws(FrameError) {
    guard made.rules.count <= Self.maximumRules, made.attributes.count <= Self.maximumAttributes
    else {
      throw FrameError("a matcher has too many rules or attributes")
    }
    for attribute in made.attributes { try Self.check(attribute: attribute) }
    fields = try Self.fields(made.fields)
    guard let mode = TierMode(rawValue: made.mode ?? TierMode.first.rawValue) else {
      throw FrameError("'\(made.mode ?? "")' is not a mode; known: first, all")
    }
    self.mode = mode
    var rules: [KeyRule] = []
    for rule in made.rules { rules.append(try Self.rule(rule, of: made, plugin: plugin)) }
    self.rules = rules
  }

  private static func check(attribute: String) throws(FrameError) {
    let isName =
      (1...64).contains(attribute.utf8.count) && attribute.first?.isLetter == true
      && attribute.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
    guard isName else { throw FrameError("'\(attribute)' is not an attribute's name") }
    guard !secretAttributes.contains(attribute.lowercased()) else {
      throw FrameError("the attribute '\(attribute)' holds secrets, which no plugin gets")
    }
  }

  private static func fields(_ names: [String]) throws(FrameError) -> [TenantField] {
    var fields: [TenantField] = []
    for name in names {
      guard let field = TenantField(rawValue: name) else {
        let known = TenantField.allCases.map(\.rawValue).joined(separator: ", ")
        throw FrameError("'\(name)' is not a field of a tenant user; known: \(known)")
      }
      fields.append(field)
    }
    return fields
  }

  private static func rule(
    _ rule: MadeMatcher.Rule, of made: MadeMatcher, plugin: String
  ) throws(FrameError) -> KeyRule {
    let tier = rule.tier ?? 0
    guard (0..<64).contains(tier), rule.attributes.allSatisfy(made.attributes.contains),
      rule.fields.allSatisfy(made.fields.contains)
    else { throw FrameError("a rule names what the matcher does not read, or a tier beyond 63") }
    let (code, strength) = try meaning(of: rule, plugin: plugin)
    return KeyRule(
      code: code, matcher: plugin, strength: strength, attributes: rule.attributes,
      fields: try fields(rule.fields), tier: tier)
  }

  /// An exact rule's code says whose it is (semantics.md 5: `plugin:NAME:CODE`).
  private static func meaning(
    of rule: MadeMatcher.Rule, plugin: String
  ) throws(FrameError) -> (String, KeyStrength) {
    switch (rule.code, rule.near) {
    case (let code?, nil):
      let isPlain =
        (1...64).contains(code.utf8.count)
        && code.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
      guard isPlain else {
        throw FrameError("'\(code)' is not a rule's code: letters, digits and hyphens, 1 to 64")
      }
      return ("plugin:\(plugin):\(code)", .exact)
    case (nil, let near?):
      guard let kind = NearMissKind(rawValue: near) else {
        let known = NearMissKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw FrameError("'\(near)' is not a kind of near miss; known: \(known)")
      }
      return (near, .near(kind))
    default:
      throw FrameError("a rule must have either a 'code' or a 'near'")
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
