internal import PluginContract
internal import TenantCore

/// Rows that no tier decides: linked, left out, unusable, failed, re-created.
///
/// A stored link comes first (M2, M7): neither an exclusion nor a fault of the record undoes it.
struct SettledRows {
  let join: Join
  let anchors: Anchors

  func decide(in decisions: inout Decisions) {
    for (row, place) in join.rows.places.enumerated() {
      if let user = anchors.linkedUser(row) {
        decisions.decide(row, .linked, user: user, by: .kept)
      } else if let (state, reason) = settled(row, place) {
        decisions.decide(row, state, because: reason)
      }
    }
  }

  private func settled(_ row: Int, _ place: DirectoryRows.Place) -> (RowState, Reason)? {
    if let rule = join.rows.exclusion(place) { return (.excluded, excluded(rule, place)) }
    if let fault = join.rows.fault(place) { return (.invalid, invalid(fault)) }
    if let link = anchors.linkWithoutUser(row) {
      return (.unmatched, Reason(code: ReasonCode.userMissing, candidates: [link.userName]))
    }
    switch join.keys.verdict(place) {
    case .skip(let rule): return (.excluded, Reason(code: ReasonCode.rulePrefix + rule))
    case .fail(let message):
      return (
        .failed,
        Reason(
          code: ReasonCode.matcherError, matcher: join.onlyMatcher, detail: message)
      )
    case nil: break
    }
    guard let link = anchors.recreated(place) else { return nil }
    return (.contested, recreated(place, link))
  }

  private func excluded(_ rule: ExclusionRule, _ place: DirectoryRows.Place) -> Reason {
    let isLogin = rule == .logins
    return Reason(
      code: ReasonCode.rulePrefix + rule.rawValue,
      attribute: isLogin ? DirectoryAttribute.login : DirectoryAttribute.distinguishedName,
      value: isLogin
        ? join.rows.login(place)
        : String(decoding: join.rows.distinguishedName(place), as: UTF8.self))
  }

  private func invalid(_ fault: RecordFault) -> Reason {
    switch fault {
    case .missingGUID: Reason(code: ReasonCode.missingGUID, attribute: "objectGUID")
    case .missingLogin:
      Reason(code: ReasonCode.missingLogin, attribute: DirectoryAttribute.login)
    case .undecodable(let attribute): Reason(code: ReasonCode.undecodable, attribute: attribute)
    }
  }

  private func recreated(_ place: DirectoryRows.Place, _ link: Link) -> Reason {
    Reason(
      code: ReasonCode.recreatedAccount, attribute: DirectoryAttribute.login,
      value: join.rows.login(place), candidates: [link.userName], detail: "objectGUID \(link.guid)")
  }
}
