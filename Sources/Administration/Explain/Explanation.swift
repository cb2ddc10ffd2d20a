internal import PluginContract
internal import Reconciliation
internal import TenantCore

/// The text of an explanation: what a colleague would say, in this order.
struct Explanation {
  let entry: SnapshotEntry
  let run: RunRecord
  let changes: [ChangeRecord]
  /// How a remedy is called where this is read; nil for none.
  let naming: (Remedy) -> String?

  func lines(keys: [String], nearMisses: [String]) -> [String] {
    verdict + section("The record, as read by run \(run.id) on \(run.startedAt)", record)
      + section("What was compared", keys) + section("Decision", decision)
      + section("History of the link", history) + section("Nearest misses", nearMisses)
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", title] + lines.map { "  \($0)" }
  }

  private var verdict: [String] {
    let user = entry.userName.map { " with '\($0)'" } ?? ""
    let names = ["givenName", "sn"].compactMap { entry.attributes[$0]?.first }
    let person = names.isEmpty ? "" : " (\(names.joined(separator: " ")))"
    return [
      "\(entry.domain)\\\(entry.login)\(person) is \(entry.state.status.rawValue)\(user).",
      "\(entry.reason.message(for: entry.state)).".capitalizedFirst,
    ] + nextStep
  }

  private var nextStep: [String] {
    guard let step = entry.reason.nextStep(for: entry.state) else { return [] }
    let name = entry.reason.remedy(for: entry.state).flatMap(naming).map { ": \($0)" } ?? ""
    return ["What you can do: \(step)\(name)."]
  }

  private var record: [String] {
    var fields: [(String, String)] = [
      ("distinguishedName", entry.distinguishedName),
      ("objectGUID", entry.guid?.description ?? "none that can be used"),
    ]
    for name in entry.attributes.keys.sorted() {
      for value in entry.attributes[name] ?? [] { fields.append((name, value)) }
    }
    fields.append(("account", entry.flags.words.joined(separator: ", ")))
    let width = fields.map(\.0.count).max() ?? 0
    return fields.map { name, value in
      "\(name)\(String(repeating: " ", count: width - name.count))  \(value)"
    }
  }

  private var decision: [String] {
    [
      "state \(entry.state.rawValue), reason \(entry.reason.code)"
        + "\(entry.reason.matcher.map { ", by the matcher \($0)" } ?? "")",
      "rules: \(rules.joined(separator: ", ")) of the semantics",
    ]
  }

  /// The rules of semantics.md that led here.
  private var rules: [String] {
    switch (entry.state, entry.reason.code) {
    case (.linked, ReasonCode.manual): ["M2", "M7", "U4"]
    case (.linked, _): ["M2", "M7"]
    case (.linkedStale, _): ["M2", "M7", "S6"]
    case (.found, _): ["M2", "M9", "M11"]
    case (.ambiguous, ReasonCode.candidateGone): ["M9", "M16"]
    case (.ambiguous, _): ["M9", "M11"]
    case (.contested, ReasonCode.held): ["U2"]
    case (.contested, ReasonCode.takenBy): ["M7", "M11"]
    case (.contested, ReasonCode.recreatedAccount): ["M15"]
    case (.contested, _): ["M9", "M11"]
    case (.unmatched, ReasonCode.onlyInactiveUser): ["M10"]
    case (.unmatched, "domain-missing"): ["M6"]
    case (.unmatched, _): ["M4", "M5"]
    case (.released, _): ["U2"]
    case (.excluded, _): ["M13"]
    case (.invalid, _): ["M14"]
    case (.failed, _): ["M4"]
    }
  }

  private var history: [String] {
    changes.filter { $0.kind != .imported && $0.kind != .edited }.reversed().map { change in
      let by = change.run.map { "run \($0), started by \(change.actor)" } ?? change.actor
      let fields = change.fields.map {
        "\($0.field.rawValue) \($0.old.map { "'\($0)'" } ?? "blank") to "
          + "\($0.new.map { "'\($0)'" } ?? "blank")"
      }
      let what = fields.isEmpty ? "" : ": \(fields.joined(separator: ", "))"
      let why = change.comment.map { " (\($0))" } ?? ""
      return "\(change.at)  \(change.kind.rawValue) '\(change.userName)' by \(by)\(what)\(why)"
    }
  }
}

extension String {
  /// The text with its first letter in upper case, as a sentence begins; an attribute's name such as
  /// `sAMAccountName` stays as it is.
  var capitalizedFirst: String {
    let word = prefix { !$0.isWhitespace }
    return word.contains(where: \.isUppercase) ? self : prefix(1).uppercased() + dropFirst()
  }
}
