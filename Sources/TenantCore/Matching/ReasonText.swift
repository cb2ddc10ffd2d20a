/// What a reason says to a person: the one place where codes become sentences.
extension Reason {
  /// One plain English sentence: why the row has its state.
  package func message(for state: RowState) -> String {
    if code.hasPrefix(ReasonCode.rulePrefix) {
      let rule = code.dropFirst(ReasonCode.rulePrefix.count)
      return "left out by the rule \(rule)\(value.map { ": '\($0)'" } ?? "")"
    }
    if code.hasPrefix(Self.nearMissPrefix) { return nearMissMessage }
    if let sentence = hostMessage { return sentence }
    let user = firstCandidate ?? "the linked user"
    if state == .linkedStale {
      let then = detail.map { " when \(attribute ?? "the value") was '\($0)'" } ?? ""
      return "linked by \(code) to \(user)\(then), but now other users match"
    }
    if let detail {
      let now = value.map { "is '\($0)' now" } ?? "no longer has the value"
      return
        "\(attribute ?? "the value") \(now); it was '\(detail)' when \(code) linked it to \(user)"
    }
    return "\(compared.isEmpty ? "the record" : compared) matches \(user) (\(code))"
  }

  /// What an administrator does next, without a command or a page; nil if there is nothing to do.
  package func nextStep(for state: RowState) -> String? {
    switch code {
    case ReasonCode.severalUsers:
      "make the value unique among these users, or link one by hand"
    case ReasonCode.severalDirectoryUsers:
      "decide who it is and link by hand, or correct the other directory users"
    case ReasonCode.takenBy: "if the link is wrong, unlink the holder and link this one"
    case ReasonCode.held:
      "correct the user's Windows login or another value that is compared, then sync, or link by hand"
    case ReasonCode.candidateGone:
      "put the missing users back into the users file, or decide who it is and link by hand"
    case ReasonCode.recreatedAccount: "if it is the same person, replace the old link"
    case ReasonCode.releasedBy: "if the pair was right, allow it again"
    case ReasonCode.onlyInactiveUser: "activate the user in the application, then sync"
    case ReasonCode.noCandidate, ReasonCode.noKeyValue:
      detail.map {
        "add \($0) to the export, or let the account that reads the directory see it (see the "
          + "finding attribute-missing), then sync"
      } ?? "create the user in the application or correct the value, then sync"
    case ReasonCode.missingGUID, ReasonCode.missingLogin, ReasonCode.undecodable:
      "correct the record in the directory, then sync"
    case ReasonCode.matcherError: "correct the value or the matcher, then sync"
    case ReasonCode.userMissing: "put the user back into the users file, or unlink"
    case "domain-missing": "write the user's Windows login as DOMAIN\\login, then sync"
    case _ where code.hasPrefix(Self.nearMissPrefix):
      "if it is the same person, correct one of the two values and sync, or link by hand"
    default: state == .linkedStale ? "check who it is; unlink if the link is wrong" : nil
    }
  }

  /// What of ``nextStep(for:)`` can be done with this program; nil if it is done elsewhere.
  package func remedy(for state: RowState) -> Remedy? {
    switch code {
    case ReasonCode.severalUsers, ReasonCode.severalDirectoryUsers, ReasonCode.held,
      ReasonCode.candidateGone, ReasonCode.recreatedAccount:
      .link
    case ReasonCode.takenBy: .unlinkAndLink
    case ReasonCode.releasedBy: .relink
    case ReasonCode.userMissing: .unlink
    case _ where code.hasPrefix(Self.nearMissPrefix): .link
    default: state == .linkedStale ? .unlink : nil
    }
  }

  static let nearMissPrefix = "near-miss:"

  private var firstCandidate: String? { candidates.first.map { "'\($0)'" } }

  private var named: String { candidates.map { "'\($0)'" }.joined(separator: ", ") }

  private var listed: String { detail.map { "\(named) \($0)" } ?? named }

  private var compared: String {
    [attribute, value.map { "'\($0)'" }].compactMap(\.self).joined(separator: " ")
  }

  private var hostMessage: String? {
    switch code {
    case ReasonCode.manual: "linked by hand\(firstCandidate.map { " to \($0)" } ?? "")"
    case ReasonCode.noKeyValue:
      detail.map { "nobody in the directory has \($0), so there was nothing to compare" }
        ?? "the record has no value in \(attribute ?? "any compared attribute")"
    case ReasonCode.noCandidate:
      "no user of the application has \(compared)"
        + (detail.map { ", and nobody in the directory has \($0) to compare" } ?? "")
    case ReasonCode.severalUsers: "\(compared) matches several users: \(listed)"
    case ReasonCode.severalDirectoryUsers:
      "\(compared) matches \(firstCandidate ?? "a user"), whom others claim too: "
        + (detail ?? "other AD users")
    case ReasonCode.takenBy:
      "\(compared) matches \(firstCandidate ?? "a user"), who is linked to "
        + (detail ?? "another record")
    case ReasonCode.held:
      "\(compared) matches \(firstCandidate ?? "a user"), who is held: unlinked from "
        + (detail ?? "another record")
    case ReasonCode.candidateGone:
      "\(compared) matched several users (\(named)), of whom the users file no longer has "
        + (detail ?? "some")
    case ReasonCode.onlyInactiveUser: "\(compared) matches only the inactive user \(listed)"
    case "domain-missing":
      "the login matches \(firstCandidate ?? "a user"), whose Windows login names no domain, and "
        + "the tenant has several directories"
    case ReasonCode.releasedBy:
      "unlinked from \(firstCandidate ?? "a user") by \(detail ?? "an administrator")"
    case ReasonCode.missingGUID: "the record has no usable objectGUID"
    case ReasonCode.missingLogin: "the record has no sAMAccountName"
    case ReasonCode.undecodable:
      "\(attribute ?? "an attribute") is not valid UTF-8 text, or too long to compare"
    case ReasonCode.recreatedAccount:
      "the account was recreated: \(firstCandidate ?? "its user") is linked to a deleted "
        + "account with the same login"
    case ReasonCode.matcherError:
      "the matcher could not judge the record: \(detail ?? "no message")"
    case ReasonCode.userMissing:
      "linked to \(firstCandidate ?? "a user"), whom the users file no longer has"
    default: nil
    }
  }

  private var nearMissMessage: String {
    let kind = code.dropFirst(Self.nearMissPrefix.count)
    let difference =
      switch kind {
      case "whitespace": "differs only in spaces or invisible characters"
      case "look-alike": "differs only in characters that look alike"
      case "form": "is written in another way"
      case "domain": "differs only in the domain"
      case "accent": "differs only in accents"
      case "number-format": "is the same number, written in another way"
      case "transposed-name": "has first and last name swapped"
      case "local-part": "has the same part before the @"
      default: "is similar (\(kind))"
      }
    let nearest = "the nearest, \(firstCandidate ?? "a user"), \(difference)"
    return "nobody has \(compared); \(nearest)\(detail.map { ": \($0)" } ?? "")"
  }
}
