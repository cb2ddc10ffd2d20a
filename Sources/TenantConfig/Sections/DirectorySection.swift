import OperatingSystem
import PluginContract
import TenantCore
import YAMLFiles

/// The words of a directory's `source`.
enum SourceKind: String, CaseIterable {
  case ldap, ldif, csv
}

/// The keys of an entry of `directories`; those of a live directory are in ``LiveDirectoryKeys``.
enum DirectoryKeys {
  static let files = Condition("source", "ldif", "csv")

  static let domain = Key(
    "domain", .located(.text { NameSyntax.complaintAboutDomain($0) }), required: true)
  static let dnsDomain = Key(
    "dnsDomain", .located(.text { NameSyntax.complaintAboutDNSDomain($0) }))
  static let source = Key("source", Reading<SourceKind>.choice, required: true)
  static let file = Key("file", .path, required: true, when: files)
  static let exclude = Key("exclude", .exclusions)

  static let shape = ObjectShape(
    keys: [domain.declaration, dnsDomain.declaration, source.declaration, file.declaration]
      + LiveDirectoryKeys.declarations + [exclude.declaration],
    alternatives: [LiveDirectoryKeys.hostAlternatives])
}

/// The keys of `exclude`.
enum ExclusionKeys {
  static let logins = Key("logins", .list(of: .text))
  static let organizationalUnits = Key(
    "organizationalUnits", .list(of: .located(.distinguishedName)))
  static let filter = Key("filter", .located(.filter))

  static let shape = ObjectShape(keys: [
    logins.declaration, organizationalUnits.declaration, filter.declaration,
  ])
}

/// One entry of `directories`: its names even where the rest of it is wrong.
struct DirectoryEntry {
  let domain: Located<String>?
  let dnsDomain: Located<String>?
  let directory: Directory?
}

/// What `exclude` says, with the places that later checks need.
struct ReadExclusions {
  let exclusions: Exclusions
  let organizationalUnits: [Located<String>]
  let filter: Located<String>?
}

extension Reading where Value == DirectoryEntry {
  static var directory: Reading {
    .object(DirectoryKeys.shape) { section in
      let domain = section.value(DirectoryKeys.domain)
      let dnsDomain = section.value(DirectoryKeys.dnsDomain)
      let kind = section.value(DirectoryKeys.source)
      let file = section.value(DirectoryKeys.file)
      let read = section.value(DirectoryKeys.exclude)
      let live = LiveDirectory.read(section, kind: kind, exclusions: read)
      let source: Directory.Source? =
        switch kind {
        case .ldap: live.map { .ldap($0) }
        case .ldif: file.map { .ldif(path: $0) }
        case .csv: file.map { .csv(path: $0) }
        case nil: nil
        }
      if let kind, kind != .ldap, let filter = read?.filter {
        section.context.problems.report(
          "'filter' applies to live directories (source: ldap) only, not to '\(kind.rawValue)' "
            + "files; exclude logins or organizational units instead", at: filter.position)
      }
      let directory = domain.flatMap { domain in
        source.map {
          Directory(
            domain: domain.value, dnsDomain: dnsDomain?.value, source: $0,
            exclusions: read?.exclusions ?? Exclusions())
        }
      }
      return DirectoryEntry(domain: domain, dnsDomain: dnsDomain, directory: directory)
    }
  }
}

extension Reading where Value == ReadExclusions {
  fileprivate static var exclusions: Reading {
    .object(ExclusionKeys.shape) { section in
      let units = section.value(ExclusionKeys.organizationalUnits) ?? []
      let filter = section.value(ExclusionKeys.filter)
      let exclusions = Exclusions(
        logins: section.value(ExclusionKeys.logins) ?? [],
        organizationalUnits: units.map(\.value), filter: filter?.value)
      return ReadExclusions(exclusions: exclusions, organizationalUnits: units, filter: filter)
    }
  }
}

/// The names under which a tenant's directories stand in Windows logins.
enum DirectoryNames {
  /// Reports a name that two directories share, whatever its case: a login with it would mean
  /// either (M6).
  static func reportDuplicates(in entries: [DirectoryEntry], to problems: ProblemList) {
    var lineOfName: [String: (line: Int, entry: Int)] = [:]
    for (index, entry) in entries.enumerated() {
      for name in [entry.domain, entry.dnsDomain].compactMap({ $0 }) {
        let folded = CanonicalText.of(name.value)
        if let first = lineOfName[folded], first.entry != index {
          problems.report(
            "the domain \(Wording.quoted(name.value)) is already used by the directory at line "
              + "\(first.line); each directory needs names of its own", at: name.position)
        } else {
          lineOfName[folded] = (name.position.line, index)
        }
      }
    }
  }
}
