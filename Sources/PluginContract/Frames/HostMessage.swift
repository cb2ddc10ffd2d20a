/// What the host says in a control frame; the case is the `type`.
package enum HostMessage: Sendable, Equatable {
  /// The first frame: who calls, and the contract versions that it speaks.
  case hello(HostHello)
  /// Make a matcher.
  case make(MakeMatcher)
  /// Begin a file.
  case begin(BeginExport)
  /// End the file.
  case end(EndExport)
}

/// The contract versions that a side speaks, from the oldest to the newest.
package struct ContractRange: Codable, Sendable, Equatable, CustomStringConvertible {
  package var oldest: Int
  package var newest: Int

  /// Makes a range.
  package init(oldest: Int, newest: Int) {
    self.oldest = oldest
    self.newest = newest
  }

  /// What this program speaks: the present version and the one before it, if there was one.
  package static let present = ContractRange(
    oldest: max(1, contractVersion - 1), newest: contractVersion)

  /// The newest version that both speak.
  package func common(with other: ContractRange) -> Int? {
    let version = min(newest, other.newest)
    return version >= max(oldest, other.oldest) ? version : nil
  }

  /// `1` or `1 to 2`.
  package var description: String { oldest == newest ? "\(newest)" : "\(oldest) to \(newest)" }
}

/// The host's first message.
package struct HostHello: Codable, Sendable, Equatable {
  package var contract: ContractRange
  /// Names of what the host can do beyond the contract's version; none yet.
  package var features: [String]

  /// Makes a greeting.
  package init(contract: ContractRange = .present, features: [String] = []) {
    self.contract = contract
    self.features = features
  }
}

/// What a matcher is made from (``MatcherContext``).
package struct MakeMatcher: Codable, Sendable, Equatable {
  package struct Directory: Codable, Sendable, Equatable {
    package var domain: String
    package var dnsDomain: String?
  }

  /// The number by which questions name the matcher.
  package var matcher: UInt32
  package var directories: [Directory]
  package var options: [String: OptionValue]

  /// Makes the message.
  package init(matcher: UInt32, context: MatcherContext) {
    self.matcher = matcher
    directories = context.directories.map { .init(domain: $0.domain, dnsDomain: $0.dnsDomain) }
    options = context.options.all
  }

  /// What the matcher is given.
  func context(declared: [OptionDeclaration]) -> MatcherContext {
    MatcherContext(
      directories: directories.map {
        DirectoryIdentity(domain: $0.domain, dnsDomain: $0.dnsDomain)
      },
      options: OptionValues(options, declared: declared))
  }
}

extension HostMessage: Codable {
  private enum Kind: String, Codable { case hello, make, begin, end }
  private enum Key: CodingKey { case type }

  package init(from decoder: any Decoder) throws {
    switch try decoder.container(keyedBy: Key.self).decode(Kind.self, forKey: .type) {
    case .hello: self = .hello(try HostHello(from: decoder))
    case .make: self = .make(try MakeMatcher(from: decoder))
    case .begin: self = .begin(try BeginExport(from: decoder))
    case .end: self = .end(try EndExport(from: decoder))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    let (kind, message): (Kind, any Encodable) =
      switch self {
      case .hello(let message): (.hello, message)
      case .make(let message): (.make, message)
      case .begin(let message): (.begin, message)
      case .end(let message): (.end, message)
      }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .type)
    try message.encode(to: encoder)
  }
}
