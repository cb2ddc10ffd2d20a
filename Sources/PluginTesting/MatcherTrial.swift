public import PluginContract

/// Tries a matcher with single records: what its keys are, and whether two records meet.
///
/// A record is written as its values by attribute or field, `["mail": ["a@acme.example"]]`, and
/// reaches the matcher as the host would hand it on: declared columns only, folded once.
public struct MatcherTrial: Sendable {
  /// The matcher under trial.
  public let matcher: any Matcher

  /// Takes a matcher.
  public init(_ matcher: any Matcher) { self.matcher = matcher }

  /// Makes a plugin's matcher, with the declared default for each option that is not given.
  public init(
    _ plugin: MatcherPlugin, directories: [DirectoryIdentity] = [],
    options: [String: OptionValue] = [:]
  ) throws {
    let values = OptionValues(options, declared: plugin.declaration.options)
    matcher = try plugin.make(MatcherContext(directories: directories, options: values))
  }

  /// The matcher's answer for a directory's records.
  public func directoryKeys(
    _ records: [[String: [String]]], directory: Int = 0, purpose: KeyPurpose = .candidates
  ) throws -> KeyBatch {
    let batch = Self.batch(records, columns: matcher.attributes, directory: directory)
    return try matcher.keys(for: batch, side: .directory, purpose: purpose)
  }

  /// The matcher's answer for tenant users.
  public func tenantKeys(
    _ records: [[String: [String]]], purpose: KeyPurpose = .candidates
  ) throws -> KeyBatch {
    let batch = Self.batch(records, columns: matcher.fields.map(\.rawValue), directory: nil)
    return try matcher.keys(for: batch, side: .tenant, purpose: purpose)
  }

  /// The codes of the exact rules by which two records are candidates for each other; empty if they
  /// are not.
  public func matches(
    directory record: [String: [String]], tenant user: [String: [String]], from directory: Int = 0
  ) throws -> [String] {
    try common(record, user, directory, .candidates)
  }

  /// The codes of the near rules that two records have in common, in their order of preference.
  public func nearMisses(
    directory record: [String: [String]], tenant user: [String: [String]], from directory: Int = 0
  ) throws -> [String] {
    let codes = Set(try common(record, user, directory, .explanation))
    return NearMissKind.allCases.map(\.rawValue).filter(codes.contains)
  }

  private func common(
    _ record: [String: [String]], _ user: [String: [String]], _ directory: Int,
    _ purpose: KeyPurpose
  ) throws -> [String] {
    let ours = try directoryKeys([record], directory: directory, purpose: purpose)
    let theirs = try tenantKeys([user], purpose: purpose)
    return ours.keys.values(of: 0).compactMap { key -> String? in
      let rule = matcher.rules[Int(ours.rules[key])]
      let meets = theirs.keys.values(of: 0).contains { other in
        let otherRule = matcher.rules[Int(theirs.rules[other])]
        return rule.tier == otherRule.tier && rule.strength == otherRule.strength
          && ours.keys.value(key) == theirs.keys.value(other)
      }
      return meets ? rule.code : nil
    }
  }

  private static func batch(
    _ records: [[String: [String]]], columns: [String], directory: Int?
  ) -> RecordBatch {
    var builder = RecordBatchBuilder(text: columns, directory: directory)
    for record in records {
      for (index, column) in columns.enumerated() {
        for value in record[column] ?? [] { builder.append(Array(value.utf8), to: index) }
      }
      builder.endRecord()
    }
    return builder.finish()
  }
}

extension KeyBatch {
  /// A record's keys as text, each behind its rule's index: `0 acme\jsmith`. Separators of parts
  /// are shown as spaces, as the host shows them.
  public func texts(of record: Int) -> [String] {
    keys.values(of: record).map { key in
      let bytes = keys.value(key).map { $0 < 0x20 ? 0x20 : $0 }
      return "\(rules[key]) \(String(decoding: bytes, as: UTF8.self))"
    }
  }
}
