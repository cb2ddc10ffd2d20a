import PluginContract
import TenantCore

/// What the columns of a directory file are, decided once from their names.
struct CSVDirectoryColumns {
  /// What a column of the file is.
  enum Meaning: Hashable {
    case distinguishedName
    /// Several values in one cell, separated by `;`.
    case attribute(index: Int, isList: Bool)
    case guid(index: Int)
    case enabled, lockedOut
  }

  /// The columns that are read, the first one of each meaning.
  private(set) var meanings: [(meaning: Meaning, column: Int)] = []
  /// All columns of a meaning that has several, by its place.
  private(set) var doubled: [Int: [Int]] = [:]
  private(set) var login: [Int] = []
  private(set) var classes: [Int] = []
  private(set) var categories: [Int] = []

  /// Other names of attributes, in lower case: those of PowerShell's properties.
  private static let aliases = [
    "emailaddress": "mail", "surname": "sn", "lastname": "sn", "firstname": "givenName",
    "accountname": "sAMAccountName", "deleted": "isDeleted", "sid": "objectSid",
  ]

  /// Takes a file's names; nil stands for a file that has none.
  ///
  /// - Throws: ``TenantCore/TextError`` for names that are missing.
  init(_ header: CSVHeader?, _ builder: DirectoryBatchBuilder) throws(TextError) {
    guard let header else {
      throw TextError(
        line: 1, message: "the file is empty; an export begins with a line of column names")
    }
    guard header.isTerminated else {
      throw TextError(
        line: header.line,
        message: "the file ends within the line of column names; export again")
    }
    let names = header.names.map { CanonicalText.of($0) }
    for name in ["samaccountname", "objectguid"]
    where !names.contains(where: { Self.aliases[$0]?.lowercased() ?? $0 == name }) {
      throw TextError(
        line: header.line,
        message:
          "the column \(name == "objectguid" ? "objectGUID" : "sAMAccountName") is missing; a "
          + "directory file has DN or DistinguishedName, sAMAccountName, objectGUID, and "
          + "optionally mail or EmailAddress, givenName, sn or Surname, userPrincipalName, "
          + "employeeID, userAccountControl or Enabled, proxyAddresses, objectClass, "
          + "objectCategory. Known delimiters are comma, semicolon and tab")
    }
    guard !builder.needsNames || names.contains("dn") || names.contains("distinguishedname") else {
      throw TextError(
        line: header.line,
        message:
          "exclude.organizationalUnits needs the column DN or DistinguishedName; export it too")
    }
    add(names, builder)
  }

  private mutating func add(_ names: [String], _ builder: DirectoryBatchBuilder) {
    var places: [Meaning: Int] = [:]
    for (column, name) in names.enumerated() {
      switch name {
      case "objectclass": classes.append(column)
      case "objectcategory": categories.append(column)
      default: break
      }
      if (Self.aliases[name] ?? name).lowercased() == "samaccountname" { login.append(column) }
      guard let meaning = meaning(of: name, builder) else { continue }
      if let place = places[meaning] {
        doubled[place, default: [meanings[place].column]].append(column)
      } else {
        places[meaning] = meanings.count
        meanings.append((meaning, column))
      }
    }
  }

  private func meaning(of name: String, _ builder: DirectoryBatchBuilder) -> Meaning? {
    switch name {
    case "dn", "distinguishedname": return .distinguishedName
    case "enabled": return .enabled
    case "lockedout": return .lockedOut
    default:
      let attribute = Self.aliases[name] ?? name
      guard let index = builder.index(of: Array(attribute.utf8)) else { return nil }
      if name == "objectguid" { return .guid(index: index) }
      return .attribute(index: index, isList: name == "proxyaddresses")
    }
  }
}
