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
  var flags: AccountFlags = []
  /// The first compared attribute that cannot be decoded.
  var undecodable: String?
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

  /// Disabled, locked, expired. The computed attribute knows when a lockout has run out, so it
  /// counts before `lockoutTime`, which stays until the next sign-in.
  func flags(of record: RecordInProgress) -> AccountFlags {
    var flags = record.flags
    if let control = record.accountControl, control & Self.disabledBit != 0 {
      flags.insert(.disabled)
    }
    if record.computedControl.map({ $0 & Self.lockoutBit != 0 })
      ?? ((record.lockoutTime ?? 0) > 0)
    {
      flags.insert(.locked)
    }
    if let expires = record.accountExpires, expires > 0, expires != .max,
      AttributeValue.seconds(fileTime: expires) <= moment.secondsSince1970
    {
      flags.insert(.expired)
    }
    return flags
  }
}
