internal import PluginContract
internal import Authorization
internal import Hummingbird
internal import TenantCore
internal import Workbench

/// Why a row is or is not matched, and what can be done about it (R7).
struct RowPage {
  private let visit: PageVisit
  private let key: RowKey
  private let entry: SnapshotEntry
  private let changes: [ChangeRecord]
  private let user: UserDetail?

  init(_ visit: PageVisit, _ key: RowKey) async throws {
    let store = try await visit.administration.store()
    guard let entry = try await store.entry(key) else { throw WebFailure.notFound }
    self.visit = visit
    self.key = key
    self.entry = entry
    changes = try await visit.administration.changes(of: entry, store, limit: 100)
    user = if let name = entry.userName { try await store.user(named: name) } else { nil }
  }

  func answer() throws -> Response { try visit.answer("row", values) }

  private var account: String { "\(entry.domain)\\\(entry.login)" }

  private var values: [String: Any] {
    let state = entry.state
    var values = visit.frame(
      account,
      crumbs: PageSection.sync.place + [
        (PageSection.sync.title, visit.href(PageSection.sync.path)), (account, nil),
      ])
    values["status"] = state.status.rawValue
    values["isMatched"] = state.status == .matched
    values["state"] = state.rawValue
    values["needsAttention"] = PageWords.needsAttention(state)
    values["stateMeaning"] = "\(state.rawValue): \(PageWords.meaning(state))"
    values["verdict"] = verdict
    values["reason"] = DisplayText.safe(entry.reason.message(for: state).asSentence)
    values["flags"] = PageWords.flags(entry.flags)
    let step = entry.reason.nextStep(for: state).map { PageWords.withoutCommands($0) }
    values.set("nextStep", PageWords.safe(step?.asSentence))
    values.set("linkedUser", linkedUser)
    values.set("compared", compared)
    values["reasonCode"] = entry.reason.code
    addCandidates(to: &values)
    addActions(to: &values)
    values["facts"] = facts
    values["hasChanges"] = !changes.isEmpty
    values["changes"] = changes.map { ChangeWords(visit: visit, change: $0).values }
    values["explanationHref"] = visit.href(ofRow: key) + "/explanation"
    return values
  }

  private var verdict: String {
    let person = entry.personName.map { " (\($0))" } ?? ""
    let with = entry.userName.map { " with '\($0)'" } ?? ""
    return DisplayText.safe("\(account)\(person) is \(entry.state.status.rawValue)\(with).")
  }

  private var linkedUser: [String: Any]? {
    guard let name = entry.userName else { return nil }
    var values: [String: Any] = [
      "userHref": visit.href(ofUser: name), "userName": DisplayText.safe(name),
    ]
    values.set("windowsLogin", PageWords.safe(user?.windowsLogin))
    return values
  }

  private var compared: [String: Any]? {
    let reason = entry.reason
    guard let attribute = reason.attribute, let value = reason.value else { return nil }
    return [
      "matcher": reason.matcher ?? "", "attribute": attribute,
      "rawValue": DisplayText.safe(value), "canonical": DisplayText.safe(reason.canonical ?? ""),
      "code": reason.code,
    ]
  }

  private func addCandidates(to values: inout [String: Any]) {
    let names = entry.reason.candidates
    values["hasCandidates"] = !names.isEmpty
    values["candidatesTitle"] =
      switch entry.reason.code {
      case ReasonCode.takenBy: "The user who fits, and is taken"
      case ReasonCode.held: "The user who fits, and is held"
      case ReasonCode.candidateGone: "Users that fitted"
      case let code where code.hasPrefix("near-miss"): "The nearest user"
      default: names.count == 1 ? "The user" : "Users that fit"
      }
    values["candidates"] = names.map {
      ["href": visit.href(ofUser: $0), "label": DisplayText.safe($0), "about": ""]
    }
  }

  private func addActions(to values: inout [String: Any]) {
    let canUnlink = entry.state.status == .matched
    let canLink = !canUnlink && entry.guid != nil && !entry.login.isEmpty
    values["canUnlink"] = canUnlink
    values["canLink"] = canLink
    values["canAllowAgain"] = entry.state == .released
    values["hasActions"] = canUnlink || canLink
    values["unlinkAction"] = visit.href("links/unlink")
    values["linkAction"] = visit.href("links/link")
    values["allowAgainAction"] = visit.href("links/allow-again")
    values["back"] = visit.href(ofRow: key)
    values["row"] = key.description
    // Whoever is taken would only be refused.
    let isFree = entry.reason.code != ReasonCode.takenBy
    values["suggestedUser"] =
      entry.reason.candidates.count == 1 && isFree ? entry.reason.candidates[0] : ""
  }

  /// The record as read.
  private var facts: [[String: Any]] {
    var facts = [
      ("distinguishedName", [entry.distinguishedName]),
      ("objectGUID", [entry.guid?.description ?? "none that can be used"]),
    ]
    facts += entry.attributes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    facts.append(("account", entry.flags.words))
    return FactWords.values(facts)
  }
}

/// Lists of terms and their values.
enum FactWords {
  static func values(_ facts: [(String, [String])]) -> [[String: Any]] {
    facts.map { ["term": $0, "values": $1.map { DisplayText.safe($0) }] as [String: Any] }
  }
}

/// A change of the audit, as pages list it.
struct ChangeWords {
  let visit: PageVisit
  let change: ChangeRecord

  var values: [String: Any] {
    var values = PageWords.time(change.at)
    values["kind"] = change.kind.rawValue
    values["userName"] = DisplayText.safe(change.userName)
    values["userHref"] = visit.href(ofUser: change.userName)
    if let login = change.login {
      values["account"] = DisplayText.safe(change.domain.map { "\($0)\\\(login)" } ?? login)
      values.set("rowHref", change.guid.map { visit.href(ofRow: .guid($0)) })
    }
    values["actor"] = DisplayText.safe(change.actor)
    if let run = change.run, run > 0 {
      values["run"] = "\(run)"
      values["runHref"] = visit.href("history/runs/\(run)")
    }
    values["hasFields"] = !change.fields.isEmpty
    values["fields"] = change.fields.map { field in
      var values: [String: Any] = ["field": field.field.rawValue]
      values.set("old", PageWords.safe(field.old))
      values.set("new", PageWords.safe(field.new))
      return values
    }
    values.set("comment", PageWords.safe(change.comment))
    return values
  }
}
