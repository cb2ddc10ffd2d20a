package import PluginContract

/// What an account is, beside who it is (M12): what could not be read is not known, and never
/// taken for "enabled".
///
/// The bits are stored. Those for what is not known came later, so that flags without them, as
/// earlier versions stored them, say what they always said.
package struct AccountFlags: OptionSet, Sendable, Hashable {
  /// The flags as bits.
  package let rawValue: UInt8

  /// Takes the bits.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The account is switched off.
  package static let disabled = AccountFlags(rawValue: 1)
  /// The account is locked after failed sign-ins.
  package static let locked = AccountFlags(rawValue: 2)
  /// The account's end date had passed when the run began.
  package static let expired = AccountFlags(rawValue: 4)
  /// Whether the account is switched off could not be read.
  package static let enabledUnknown = AccountFlags(rawValue: 8)
  /// Whether the account is locked could not be read.
  package static let lockedUnknown = AccountFlags(rawValue: 16)
  /// Whether the account's end date has passed could not be read.
  package static let expiredUnknown = AccountFlags(rawValue: 32)
  /// Nothing could be read.
  package static let unknown: AccountFlags = [.enabledUnknown, .lockedUnknown, .expiredUnknown]

  /// Takes what was read; nil is what could not be.
  package init(isEnabled: Bool?, isLocked: Bool?, isExpired: Bool?) {
    self = []
    if isEnabled != true { insert(isEnabled == nil ? .enabledUnknown : .disabled) }
    if isLocked != false { insert(isLocked == nil ? .lockedUnknown : .locked) }
    if isExpired != false { insert(isExpired == nil ? .expiredUnknown : .expired) }
  }

  /// False for an account that is switched off; nil if that is not known.
  package var isEnabled: Bool? { contains(.enabledUnknown) ? nil : !contains(.disabled) }

  /// True for an account that is locked after failed sign-ins; nil if that is not known.
  package var isLocked: Bool? { contains(.lockedUnknown) ? nil : contains(.locked) }

  /// True for an account whose end date had passed when the run began; nil if that is not known.
  package var isExpired: Bool? { contains(.expiredUnknown) ? nil : contains(.expired) }

  /// What the columns `enabled`, `locked` and `expired` hold: `true`, `false`, or nil if it is not
  /// known. Nil for any other column.
  package func text(of column: RowColumn) -> String? {
    let value: Bool? =
      switch column {
      case .enabled: isEnabled
      case .locked: isLocked
      case .expired: isExpired
      default: nil
      }
    return value.map { $0 ? "true" : "false" }
  }

  /// The account as texts for a list: whether it is enabled, then what else is to be said.
  package var words: [String] {
    func words(_ value: Bool?, _ name: String) -> [String] {
      guard let value else { return ["\(name): not known"] }
      return value ? [name] : []
    }
    let enabled = isEnabled == false ? ["disabled"] : words(isEnabled, "enabled")
    return enabled + words(isLocked, "locked") + words(isExpired, "expired")
  }
}

/// Which accounts a review shows (R1).
package enum AccountFilter: String, Sendable, CaseIterable {
  case enabled, disabled, locked, expired
  /// Whether the account is enabled could not be read.
  case unknown

  /// True for an account that is shown.
  package func includes(_ flags: AccountFlags) -> Bool {
    switch self {
    case .enabled: flags.isEnabled == true
    case .disabled: flags.isEnabled == false
    case .locked: flags.isLocked == true
    case .expired: flags.isExpired == true
    case .unknown: flags.isEnabled == nil
    }
  }
}
