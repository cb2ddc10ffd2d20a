internal import PluginContract

/// The tenant's domains in canonical form.
struct LoginDomains {
  /// The NetBIOS name of each directory, by index.
  private let names: [[UInt8]]
  /// The NetBIOS name for each name of a domain, NetBIOS or DNS.
  private let nameOfAlias: [ArraySlice<UInt8>: [UInt8]]

  /// Takes the directories; with `lookingAlike`, names that look alike are one, as in near keys.
  init(_ directories: [DirectoryIdentity], lookingAlike: Bool = false) {
    func canonical(_ text: String) -> [UInt8] {
      let name = Array(CanonicalText.of(text).utf8)
      return lookingAlike ? Likeness.withoutLookAlikes(name[...]) : name
    }
    let names = directories.map { canonical($0.domain) }
    var aliases: [ArraySlice<UInt8>: [UInt8]] = [:]
    for (name, directory) in zip(names, directories) {
      guard let alias = directory.dnsDomain.map(canonical), !alias.isEmpty else { continue }
      aliases[alias[...]] = name
    }
    // A NetBIOS name means itself, even where it is another directory's DNS name.
    for name in names { aliases[name[...]] = name }
    self.names = names
    nameOfAlias = aliases
  }

  /// The NetBIOS name of a directory.
  func name(ofDirectory index: Int?) -> [UInt8]? {
    index.flatMap { names.indices.contains($0) ? names[$0] : nil }
  }

  /// `<name>\` of a directory.
  func prefix(ofDirectory index: Int?) -> [UInt8]? {
    name(ofDirectory: index).map { $0 + [UInt8(ascii: "\\")] }
  }

  /// The NetBIOS name that a domain stands for; the domain itself if the tenant has none such.
  func name(for domain: ArraySlice<UInt8>) -> [UInt8] { nameOfAlias[domain] ?? Array(domain) }

  /// The domain of a login that names none: only a single directory's (M6).
  var only: [UInt8]? { names.count == 1 ? names[0] : nil }

  /// True if a domain is one of the tenant's, by either name.
  func isKnown(_ domain: ArraySlice<UInt8>) -> Bool { nameOfAlias[domain] != nil }
}

/// The domain of the login before: nearly all logins of a tenant have the same, which is looked up once.
struct LastDomain {
  private let domains: LoginDomains
  private var domain: [UInt8] = []
  /// `<name>\` for that domain.
  private(set) var prefix: [UInt8] = []

  init(_ domains: LoginDomains) { self.domains = domains }

  /// Where the login begins in a value `<domain>\<login>`; nil for a value of any other form.
  mutating func end(in value: Span<UInt8>) -> Int? {
    var backslash: Int?
    for index in value.indices where value[index] == UInt8(ascii: "\\") {
      guard backslash == nil else { return nil }
      backslash = index
    }
    guard let backslash, backslash > 0, backslash + 1 < value.count else { return nil }
    if !isSame(value.extracting(0..<backslash)) {
      domain.removeAll(keepingCapacity: true)
      for index in 0..<backslash { domain.append(value[index]) }
      prefix = domains.name(for: domain[...]) + [UInt8(ascii: "\\")]
    }
    return backslash + 1
  }

  private func isSame(_ other: Span<UInt8>) -> Bool {
    guard domain.count == other.count else { return false }
    for index in other.indices where domain[index] != other[index] { return false }
    return true
  }
}
