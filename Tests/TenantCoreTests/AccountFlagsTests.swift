import PluginContract
import TenantCore
import Testing

@Suite("What is known of an account (M12)")
struct AccountFlagsTests {
  @Test("flags without bits for what is not known mean what earlier versions stored")
  func stored() {
    let flags = (UInt8(0)...7).map { AccountFlags(rawValue: $0) }
    #expect(flags.map(\.isEnabled) == (0...7).map { $0 & 1 == 0 })
    #expect(flags.map(\.isLocked) == (0...7).map { $0 & 2 != 0 })
    #expect(flags.map(\.isExpired) == (0...7).map { $0 & 4 != 0 })
  }

  @Test("what was read comes back, known or not", arguments: [true, false, nil] as [Bool?])
  func roundTrip(enabled: Bool?) {
    for locked in [true, false, nil] as [Bool?] {
      for expired in [true, false, nil] as [Bool?] {
        let flags = AccountFlags(isEnabled: enabled, isLocked: locked, isExpired: expired)
        #expect([flags.isEnabled, flags.isLocked, flags.isExpired] == [enabled, locked, expired])
        let columns: [RowColumn] = [.enabled, .locked, .expired, .domain]
        #expect(
          columns.map { flags.text(of: $0) }
            == [enabled, locked, expired, nil].map { value in
              value.map { $0 ? "true" : "false" }
            })
        #expect(
          AccountFilter.allCases.filter { $0.includes(flags) }
            == [
              (enabled == true, AccountFilter.enabled), (enabled == false, .disabled),
              (locked == true, .locked), (expired == true, .expired), (enabled == nil, .unknown),
            ].filter(\.0).map(\.1))
      }
    }
  }

  @Test(
    "an account's text never says enabled of what is not known",
    arguments: [
      ([], ["enabled"]), (.disabled, ["disabled"]),
      ([.locked, .expired], ["enabled", "locked", "expired"]),
      (.unknown, ["enabled: not known", "locked: not known", "expired: not known"]),
      ([.disabled, .lockedUnknown], ["disabled", "locked: not known"]),
    ] as [(AccountFlags, [String])])
  func words(flags: AccountFlags, words: [String]) {
    #expect(flags.words == words)
  }
}
