import PluginContract
import TenantCore

/// What a record says of the kind of its account, as far as it says anything: a living person's or
/// none (M12).
///
/// A live directory is judged here too, and not by the search filter: `(!(isDeleted=TRUE))` and its
/// like find nobody where the reading account may not see the attribute, because what cannot be
/// evaluated cannot be negated (RFC 4511, section 4.5.1.7).
struct AccountKind {
  /// SAM_USER_OBJECT, the one `sAMAccountType` of people; 805306369 is a computer's, 805306370 a
  /// trust's (MS-SAMR, section 2.2.1.9).
  private static let userType: Int64 = 0x3000_0000
  /// ADS_UF_INTERDOMAIN_TRUST_ACCOUNT, ADS_UF_WORKSTATION_TRUST_ACCOUNT and
  /// ADS_UF_SERVER_TRUST_ACCOUNT (MS-ADTS, section 2.2.16).
  private static let trustBits: Int64 = 0x800 | 0x1000 | 0x2000
  /// DOMAIN_USER_RID_KRBTGT (MS-DTYP, section 2.4.2.4).
  private static let ticketAccountID: UInt32 = 502
  private static let ticketAccount = Array("krbtgt".utf8)

  private var isDeleted = false
  private var accountType: Int64?
  private var isCritical: Bool?
  private var identifier: SecurityIdentifier?
  private var isSecondaryTicketAccount = false

  /// Takes a value; one that cannot be read says nothing.
  mutating func take(
    _ value: some BidirectionalCollection<UInt8>, as meaning: AttributeTable.Meaning
  ) {
    switch meaning {
    case .isDeleted: isDeleted = isDeleted || Self.boolean(value) == true
    case .accountType: accountType = accountType ?? AttributeValue.integer(value)
    case .isCritical: isCritical = isCritical ?? Self.boolean(value)
    case .identifier:
      guard value.count <= SecurityIdentifier.maximumTextBytes else { return }
      identifier = identifier ?? SecurityIdentifier(bytesOrText: Array(value))
    case .secondaryTicketNumber: isSecondaryTicketAccount = !value.isEmpty
    default: break
    }
  }

  /// False if something says for certain that the account is no living person's.
  func isLivingPerson(
    dn: some BidirectionalCollection<UInt8>, login: [UInt8], accountControl: Int64?
  ) -> Bool {
    guard !isDeleted, accountType ?? Self.userType == Self.userType,
      (accountControl ?? 0) & Self.trustBits == 0
    else { return false }
    return !isTicketAccount(login) && !DeletedObjectName.isOne(dn)
  }

  /// `krbtgt`: nobody can rename it, and no other account of the domain can have its name; a SID
  /// that says otherwise is believed. A read-only domain controller's is `krbtgt_12345`; that a
  /// person could be called, so more has to be said than the name.
  private func isTicketAccount(_ login: [UInt8]) -> Bool {
    if isSecondaryTicketAccount { return true }
    if let identifier, identifier.isOfOneDomain {
      if identifier.relativeID == Self.ticketAccountID { return true }
      return isCritical == true && isSecondaryName(login)
    }
    let isNamedSo = login.count == Self.ticketAccount.count && hasTicketPrefix(login)
    return isCritical != false && isNamedSo || isCritical == true && isSecondaryName(login)
  }

  private func isSecondaryName(_ login: [UInt8]) -> Bool {
    let number = login.dropFirst(Self.ticketAccount.count)
    return hasTicketPrefix(login) && number.first == UInt8(ascii: "_") && number.count > 1
      && number.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
  }

  private func hasTicketPrefix(_ login: [UInt8]) -> Bool {
    login.count >= Self.ticketAccount.count
      && zip(login, Self.ticketAccount).allSatisfy { $0 | 0x20 == $1 }
  }

  /// LDAP's BOOLEAN (RFC 4517, section 3.3.3), in any case as exports write it.
  private static func boolean(_ value: some BidirectionalCollection<UInt8>) -> Bool? {
    guard value.count <= 5 else { return nil }
    return switch String(decoding: value, as: UTF8.self).lowercased() {
    case "true": true
    case "false": false
    default: nil
    }
  }
}

/// The names that deleted objects have (MS-ADTS, section 3.1.1.5.5.1.1).
enum DeletedObjectName {
  /// True for a name in the container `CN=Deleted Objects` of a domain, for the container itself,
  /// and for a name with the mark `\0ADEL:` and the GUID behind it.
  static func isOne(_ dn: some BidirectionalCollection<UInt8>) -> Bool {
    guard mayBe(dn), let name = DistinguishedName(dn) else { return false }
    return isMarked(name) || isBelowContainer(name)
  }

  /// Both signs hold the letters "del", and hardly any other name does: none of them is taken apart.
  private static func mayBe(_ dn: some BidirectionalCollection<UInt8>) -> Bool {
    let answer = dn.withContiguousStorageIfAvailable { unsafe mayBe($0.span) }
    return answer ?? mayBe(Array(dn).span)
  }

  private static func mayBe(_ dn: Span<UInt8>) -> Bool {
    func isDel(_ place: Int) -> Bool {
      place + 2 < dn.count && dn[place] | 0x20 == 0x64 && dn[place + 1] | 0x20 == 0x65
        && dn[place + 2] | 0x20 == 0x6C
    }
    var place = 0
    while place + 8 <= dn.count {
      var marks = ASCIIText.marks(
        of: UInt8(ascii: "d"), in: ASCIIText.lowercased(ASCIIText.word(dn, at: place)))
      while marks != 0 {
        if isDel(place + ASCIIText.first(marks)) { return true }
        marks &= marks &- 1
      }
      place += 8
    }
    while place < dn.count {
      if isDel(place) { return true }
      place += 1
    }
    return false
  }

  private static func isMarked(_ name: DistinguishedName) -> Bool {
    guard let value = name.components.first?.pairs.first?.value,
      let mark = value.firstIndex(of: 0x0A)
    else { return false }
    return value[(mark + 1)...].starts(with: "del:".utf8)
  }

  private static func isBelowContainer(_ name: DistinguishedName) -> Bool {
    guard let container = name.withoutDomain.components.last?.pairs, container.count == 1 else {
      return false
    }
    return name.isAbsolute && container[0].type.elementsEqual("cn".utf8)
      && container[0].value.elementsEqual("deleted objects".utf8)
  }
}
