/// What a plugin says in a control frame; the case is the `type`.
package enum PluginMessage: Sendable, Equatable {
  /// The answer to the host's first frame.
  case hello(PluginHello)
  /// The answer to it where no contract version is common.
  case refuse(PluginRefusal)
  /// A matcher was made.
  case made(MadeMatcher)
  /// All bytes of an exporter's answer were sent.
  case done
  /// It cannot be done; `option` names the option that is to blame.
  case error(PluginComplaint)
}

/// What a plugin says of itself.
package struct PluginHello: Codable, Sendable, Equatable {
  /// The contract version that both sides will speak.
  package var contract: Int
  package var kind: PluginKind
  package var name: String
  package var version: String
  /// Names of what the plugin can do beyond the contract's version.
  package var features: [String]
  /// The options, so that a manifest that says others is noticed; absent: not said.
  package var options: [OptionDeclaration]?

  /// Makes the message.
  package init(
    contract: Int, kind: PluginKind, name: String, version: String, features: [String] = [],
    options: [OptionDeclaration]? = nil
  ) {
    self.contract = contract
    self.kind = kind
    self.name = name
    self.version = version
    self.features = features
    self.options = options
  }
}

/// What a plugin is for; the raw value stands in its manifest.
package enum PluginKind: String, Codable, Sendable, CaseIterable {
  case matcher, exporter
}

/// Why a plugin does not speak with this host.
package struct PluginRefusal: Codable, Sendable, Equatable {
  package var contract: ContractRange

  /// Makes the message.
  package init(contract: ContractRange) { self.contract = contract }
}

/// What cannot be done.
package struct PluginComplaint: Codable, Sendable, Equatable {
  package var message: String
  package var option: String?

  /// Makes the message.
  package init(message: String, option: String? = nil) {
    self.message = message
    self.option = option
  }

  /// The message of an error that plugin code threw, cut so that it fits into a control frame.
  init(_ error: any Error) {
    let option = error as? OptionError
    let message = option?.message ?? "\(error)"
    self.init(
      message: String(String.UnicodeScalarView(message.unicodeScalars.prefix(Self.longest))),
      option: option?.option)
  }

  private static let longest = 4096
}

/// What a matcher that was made reads, and by which rules.
package struct MadeMatcher: Codable, Sendable, Equatable {
  /// A ``KeyRule``: `code` for an exact one, `near` for one that only explains.
  package struct Rule: Codable, Sendable, Equatable {
    package var code: String?
    package var near: String?
    package var attributes: [String]
    package var fields: [String]
    /// Nothing for tier 0.
    package var tier: Int?
  }

  package var attributes: [String]
  package var fields: [String]
  package var rules: [Rule]
  package var mode: String?

  /// What the host is told of a matcher.
  init(_ matcher: any Matcher) {
    attributes = matcher.attributes
    fields = matcher.fields.map(\.rawValue)
    mode = matcher.mode.rawValue
    rules = matcher.rules.map { rule in
      var told = Rule(
        attributes: rule.attributes, fields: rule.fields.map(\.rawValue),
        tier: rule.tier == 0 ? nil : rule.tier)
      switch rule.strength {
      case .exact: told.code = rule.code
      case .near(let kind): told.near = kind.rawValue
      }
      return told
    }
  }
}

extension PluginMessage: Codable {
  private enum Kind: String, Codable { case hello, refuse, made, done, error }
  private enum Key: CodingKey { case type }

  package init(from decoder: any Decoder) throws {
    switch try decoder.container(keyedBy: Key.self).decode(Kind.self, forKey: .type) {
    case .hello: self = .hello(try PluginHello(from: decoder))
    case .refuse: self = .refuse(try PluginRefusal(from: decoder))
    case .made: self = .made(try MadeMatcher(from: decoder))
    case .done: self = .done
    case .error: self = .error(try PluginComplaint(from: decoder))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    let (kind, message): (Kind, (any Encodable)?) =
      switch self {
      case .hello(let message): (.hello, message)
      case .refuse(let message): (.refuse, message)
      case .made(let message): (.made, message)
      case .done: (.done, nil)
      case .error(let message): (.error, message)
      }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .type)
    try message?.encode(to: encoder)
  }
}
