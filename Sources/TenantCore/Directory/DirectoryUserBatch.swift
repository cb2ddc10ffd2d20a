package import PluginContract

/// The attributes of a directory user that the product itself needs; matchers may ask for more.
package enum DirectoryAttribute {
  /// "User logon name (pre-Windows 2000)".
  package static let login = "sAMAccountName"
  /// "E-mail".
  package static let mail = "mail"
  /// The name for signing in as `user@dns.domain`.
  package static let userPrincipalName = "userPrincipalName"
  /// The given name.
  package static let firstName = "givenName"
  /// The surname.
  package static let lastName = "sn"
  /// The number that the organization gives the person.
  package static let employeeID = "employeeID"
  /// Carried, not compared.
  package static let distinguishedName = "distinguishedName"

  /// The text columns of every ``DirectoryUserBatch``; those of matchers follow.
  package static let text = [login, mail, userPrincipalName, firstName, lastName, employeeID]

  /// The columns whose canonical form is wanted beyond the making of keys: rows are ordered by it (R4).
  package static let ordered: Set<String> = [login]
}

/// Why a record cannot be used (M14).
package enum RecordFault: Sendable, Hashable {
  case missingGUID
  case missingLogin
  /// A compared attribute that is not UTF-8, or longer than ``DirectoryUserBatch/maximumValueLength``.
  case undecodable(attribute: String)
}

/// The rule that leaves a record out (M13).
package enum ExclusionRule: String, Sendable, Hashable {
  case logins = "exclude.logins"
  case organizationalUnits = "exclude.organizationalUnits"
  case filter = "exclude.filter"
}

/// At most 4,096 directory users of one directory; all arrays have one element a record.
package struct DirectoryUserBatch: Sendable {
  /// The most bytes in a value that is compared; beyond, the record is undecodable. Active
  /// Directory's own limits are below: 20 for a login, 1,024 for a UPN, 256 for a mail.
  package static let maximumValueLength = 4096

  /// The directory's index in ``Tenant/directories``.
  package var directory: Int
  /// The text attributes, then `distinguishedName`.
  package var records: RecordBatch
  /// The `objectGUID` of each record; nil if it has no usable one (M14).
  package var anchors: AnchorColumn
  /// The flags of each record.
  package var flags: [AccountFlags]
  /// `uSNChanged`, 0 if it was not read (M15). Empty once duplicates were found.
  package var changeNumbers: [UInt64]
  /// `whenChanged` in seconds since 1970, 0 if it was not read (M15). Empty once duplicates were found.
  package var changedAt: [Int64]
  /// Faulty records, by index.
  package var faults: [Int: RecordFault]
  /// Excluded records, by index.
  package var exclusions: [Int: ExclusionRule]

  /// Makes a batch.
  package init(
    directory: Int, records: RecordBatch, anchors: [ObjectGUID?], flags: [AccountFlags],
    changeNumbers: [UInt64], changedAt: [Int64], faults: [Int: RecordFault] = [:],
    exclusions: [Int: ExclusionRule] = [:]
  ) {
    self.directory = directory
    self.records = records
    self.anchors = AnchorColumn(anchors)
    self.flags = flags
    self.changeNumbers = changeNumbers
    self.changedAt = changedAt
    self.faults = faults
    self.exclusions = exclusions
  }

  /// The number of records.
  package var count: Int { records.count }

  /// Gives up what only tells which of two records with one GUID is newer.
  package mutating func forgetChangeNumbers() {
    changeNumbers = []
    changedAt = []
  }
}
