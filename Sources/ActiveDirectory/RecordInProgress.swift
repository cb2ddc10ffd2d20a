import PluginContract
import TenantCore

/// What is known of the record that is being read, beside its columns.
struct RecordInProgress {
  private(set) var guid: ObjectGUID?
  private(set) var login: [UInt8] = []
  private(set) var changeNumber: UInt64 = 0
  private(set) var changedAt: Int64 = 0
  private(set) var accountControl: Int64?
  private(set) var accountExpires: Int64?
  private(set) var computedControl: Int64?
  private(set) var lockoutTime: Int64?
  /// True if the source has a place for `lockoutTime` and it is blank.
  var isLockoutBlank = false
  /// What the source tells in words of its own, such as the column `Enabled`.
  var isEnabledByWord: Bool?
  var isLockedByWord: Bool?
  /// The first compared attribute that cannot be decoded.
  var undecodable: String?
  private var kind = AccountKind()
  private var hasLogin = false

  /// Takes a value; the first one counts, and a value that cannot be read is none.
  mutating func take(
    _ value: some BidirectionalCollection<UInt8>, as meaning: AttributeTable.Meaning
  ) {
    switch meaning {
    case .guid: guid = guid ?? ObjectGUID(bytes: value)
    case .accountControl: accountControl = accountControl ?? AttributeValue.integer(value)
    case .accountExpires: accountExpires = accountExpires ?? AttributeValue.integer(value)
    case .computedControl: computedControl = computedControl ?? AttributeValue.integer(value)
    case .lockoutTime: lockoutTime = lockoutTime ?? AttributeValue.integer(value)
    case .changeNumber: changeNumber = UInt64(clamping: AttributeValue.integer(value) ?? 0)
    case .changedAt: changedAt = AttributeValue.seconds(generalizedTime: value) ?? 0
    case .isDeleted, .accountType, .isCritical, .identifier, .secondaryTicketNumber:
      kind.take(value, as: meaning)
    }
  }

  /// Takes the anchor; the first one counts.
  mutating func insert(_ guid: ObjectGUID) { self.guid = self.guid ?? guid }

  /// Takes the login; one that is empty or only spaces is none (M5).
  mutating func takeLogin(_ value: some BidirectionalCollection<UInt8>, isText: Bool) {
    guard !hasLogin else { return }
    guard isText else {
      hasLogin = true
      return
    }
    login.append(contentsOf: value)
    hasLogin = login.contains { $0 > 0x20 && $0 < 0x7F } || CanonicalText.of(login) != []
  }

  /// Why the record cannot be used (M14), the gravest first.
  var fault: RecordFault? {
    if guid == nil { return .missingGUID }
    if !hasLogin { return .missingLogin }
    return undecodable.map { .undecodable(attribute: $0) }
  }

  /// False if the record is for certain no living person's (M12).
  func isLivingPerson(dn: some BidirectionalCollection<UInt8>) -> Bool {
    kind.isLivingPerson(dn: dn, login: login, accountControl: accountControl)
  }

  /// Begins the next record.
  mutating func reset() {
    var next = RecordInProgress()
    swap(&next.login, &login)
    next.login.removeAll(keepingCapacity: true)
    self = next
  }
}

/// Judges what an account is (M12).
struct AccountJudge: Sendable {
  /// ADS_UF_ACCOUNTDISABLE and ADS_UF_LOCKOUT (MS-ADTS, section 2.2.16).
  private static let disabledBit: Int64 = 0x2
  private static let lockoutBit: Int64 = 0x10

  /// When the run began.
  let moment: Timestamp

  /// What could be read of the account; nobody is enabled because nothing says otherwise.
  func flags(of record: RecordInProgress) -> AccountFlags {
    AccountFlags(
      isEnabled: isEnabled(record), isLocked: isLocked(record), isExpired: isExpired(record))
  }

  private func isEnabled(_ record: RecordInProgress) -> Bool? {
    guard let control = record.accountControl else { return record.isEnabledByWord }
    return control & Self.disabledBit == 0 && record.isEnabledByWord != false
  }

  /// The computed attribute knows when a lockout has run out, so it counts before `lockoutTime`,
  /// which stays until the next sign-in. An account that was never locked has no `lockoutTime`: a
  /// blank one says so, if the reader could see the account at all.
  private func isLocked(_ record: RecordInProgress) -> Bool? {
    if record.isLockedByWord == true { return true }
    if let control = record.computedControl { return control & Self.lockoutBit != 0 }
    if let time = record.lockoutTime { return time > 0 }
    if let isLocked = record.isLockedByWord { return isLocked }
    return record.isLockoutBlank && isEnabled(record) != nil ? false : nil
  }

  /// 0 and the greatest number say "never" (MS-ADA1, `accountExpires`).
  private func isExpired(_ record: RecordInProgress) -> Bool? {
    guard let expires = record.accountExpires else { return nil }
    return expires > 0 && expires != .max
      && AttributeValue.seconds(fileTime: expires) <= moment.secondsSince1970
  }
}
