/// The version of the contract in this module; a plugin states the one that it was written for.
public let contractVersion = 1

/// Why two values that are not equal look alike; the order is the order of preference in which a
/// reason names them (semantics.md 5): from the smallest difference to the largest. Some kinds look
/// through those before them as well, so that a value with two small differences is explained by
/// the larger one: look-alikes and forms through spaces, forms through look-alikes.
///
/// Kinds are only ever added. A plugin that names one that this version does not know is refused.
public enum NearMissKind: String, Sendable, CaseIterable {
  /// The tenant's login names no domain and there are several directories (M6).
  case domainMissing = "domain-missing"
  /// They differ in spaces or invisible characters only.
  case whitespace = "near-miss:whitespace"
  /// They differ in characters that look alike only, and perhaps in spaces.
  case lookAlike = "near-miss:look-alike"
  /// The same login or address, written in another way.
  case form = "near-miss:form"
  /// The same login in another domain.
  case domain = "near-miss:domain"
  /// They differ in accents only.
  case accent = "near-miss:accent"
  /// The same number, written in another way: leading zeros, a trailing `.0`.
  case numberFormat = "near-miss:number-format"
  /// First and last name stand the other way round.
  case transposedName = "near-miss:transposed-name"
  /// The same part before the `@`.
  case localPart = "near-miss:local-part"
}

/// What an equal key means.
public enum KeyStrength: Sendable, Equatable {
  /// The two are candidates for each other.
  case exact
  /// The two are not, and this kind of likeness may explain why no user matches.
  case near(NearMissKind)
}

/// How the tiers of a matcher are combined (rule M11).
public enum TierMode: String, Sendable, CaseIterable {
  /// Tiers are decided in order, each over the whole set before the next begins.
  case first
  /// Every tier that has keys on both sides must name the same user.
  case all
}

/// A rule by which a matcher makes keys; a ``KeyBatch`` names it by its index.
public struct KeyRule: Sendable, Equatable {
  /// The stable reason code that a match by this rule carries, such as `login-exact`.
  public var code: String
  /// The name of the matcher that made the key.
  public var matcher: String
  /// What equality means.
  public var strength: KeyStrength
  /// The directory attributes that the key is made of.
  public var attributes: [String]
  /// The tenant's fields that the key is made of.
  public var fields: [TenantField]
  /// The tier; keys of different tiers are never compared.
  public var tier: Int

  /// Makes a rule.
  public init(
    code: String, matcher: String, strength: KeyStrength = .exact, attributes: [String],
    fields: [TenantField], tier: Int = 0
  ) {
    self.code = code
    self.matcher = matcher
    self.strength = strength
    self.attributes = attributes
    self.fields = fields
    self.tier = tier
  }

  /// A rule that only explains: its code is the kind's own.
  public static func near(
    _ kind: NearMissKind, matcher: String, attributes: [String], fields: [TenantField]
  ) -> KeyRule {
    KeyRule(
      code: kind.rawValue, matcher: matcher, strength: .near(kind), attributes: attributes,
      fields: fields)
  }
}

/// What keys are asked for.
public enum KeyPurpose: String, Sendable {
  /// Keys of exact rules only: they decide.
  case candidates
  /// Keys of near rules only: they explain why a record stayed unmatched.
  case explanation
}

/// Turns records into canonical keys; equal keys make a candidate.
///
/// Duties of an implementation, checked by `PluginTesting`:
/// - ``keys(for:side:purpose:)`` answers every record, in order, and a record's answer depends on
///   that record alone: not on its neighbours, the batch's size, the time or a random number.
/// - Equal means equal: it uses the columns' canonical form, and an empty value makes no key (M5).
/// - It reads only the attributes and fields that it names. It never sees the other side and never
///   picks a winner; the host joins, decides and explains.
/// - Bad data is a ``Verdict``, not an error. An error ends the run, and nothing is written.
public protocol Matcher: Sendable {
  /// The rules that keys refer to by index; the same for the matcher's whole life.
  var rules: [KeyRule] { get }
  /// The directory attributes that it reads; no others are given to it.
  var attributes: [String] { get }
  /// The tenant's fields that it reads; no others are given to it.
  var fields: [TenantField] { get }
  /// How its tiers are combined; of no account for a matcher with one tier.
  var mode: TierMode { get }
  /// The keys of a batch.
  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch
  /// Begins to make the keys of a batch, for a matcher that does so elsewhere: several batches can
  /// then be under way.
  func start(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> PendingKeys
}

extension Matcher {
  /// Most matchers have one tier.
  public var mode: TierMode { .first }

  /// Most matchers make their keys where they are asked.
  public func start(
    for batch: RecordBatch, side: Side, purpose: KeyPurpose
  ) throws -> PendingKeys {
    let keys = try keys(for: batch, side: side, purpose: purpose)
    return PendingKeys { keys }
  }
}

/// Keys that are being made.
public struct PendingKeys: Sendable {
  /// Waits for them. To be called once.
  public let value: @Sendable () async throws -> KeyBatch

  /// Makes a promise of keys.
  public init(_ value: @escaping @Sendable () async throws -> KeyBatch) { self.value = value }
}

/// A directory as a matcher needs to know it.
public struct DirectoryIdentity: Sendable, Equatable {
  /// The NetBIOS name: the `DOMAIN` in `DOMAIN\login`.
  public let domain: String
  /// The DNS name, an alias of the domain in a Windows login.
  public let dnsDomain: String?

  /// Makes an identity.
  public init(domain: String, dnsDomain: String? = nil) {
    self.domain = domain
    self.dnsDomain = dnsDomain
  }
}

/// What a matcher is given once, when it is made.
public struct MatcherContext: Sendable {
  /// The tenant's directories; ``RecordBatch/directory`` is an index into them.
  public let directories: [DirectoryIdentity]
  /// The options of the tenant file, with the defaults filled in.
  public let options: OptionValues
  /// For a matcher that combines others: these, in the tenant file's order.
  public let strategies: [any Matcher]
  /// For a matcher that combines others: how.
  public let mode: TierMode

  /// Makes a context.
  public init(
    directories: [DirectoryIdentity], options: OptionValues = OptionValues(),
    strategies: [any Matcher] = [], mode: TierMode = .first
  ) {
    self.directories = directories
    self.options = options
    self.strategies = strategies
    self.mode = mode
  }
}

/// What a matcher says of itself before it is made.
public struct MatcherDeclaration: Sendable {
  /// The name in a tenant file.
  public let name: String
  /// The plugin's own version.
  public let version: String
  /// The version of the contract that it was written for.
  public let contractVersion: Int
  /// One line: what it does.
  public let summary: String
  /// The options that it takes.
  public let options: [OptionDeclaration]
  /// True if it combines other matchers.
  public let takesStrategies: Bool

  /// Makes a declaration.
  public init(
    name: String, version: String, contractVersion: Int = 1, summary: String,
    options: [OptionDeclaration] = [], takesStrategies: Bool = false
  ) {
    self.name = name
    self.version = version
    self.contractVersion = contractVersion
    self.summary = summary
    self.options = options
    self.takesStrategies = takesStrategies
  }
}

/// A matcher plugin: its declaration and how to make one.
public struct MatcherPlugin: Sendable {
  /// What the plugin says of itself.
  public let declaration: MatcherDeclaration
  /// Makes the matcher; throws ``OptionError`` if an option's value makes no sense.
  public let make: @Sendable (MatcherContext) throws -> any Matcher

  /// Makes a plugin.
  public init(
    _ declaration: MatcherDeclaration,
    make: @escaping @Sendable (MatcherContext) throws -> any Matcher
  ) {
    self.declaration = declaration
    self.make = make
  }
}
