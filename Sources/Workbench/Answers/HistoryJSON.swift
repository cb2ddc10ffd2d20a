package import Authorization
internal import Foundation
internal import PluginContract
package import TenantCore

/// The objects of a tenant's history (tenant-file.md 2, `history`).
package enum HistoryJSON {
  /// A run as `history --output json` has it.
  package static func object(_ run: RunRecord) -> [String: Any] {
    [
      "run": run.id, "outcome": run.outcome.rawValue, "actor": run.actor,
      "startedAt": run.startedAt, "completedAt": run.completedAt, "message": orNull(run.message),
      "newLinks": run.newLinks, "updatedUsers": run.updatedUsers,
      "counts": counts(run),
      "phases": run.phases.map {
        ["name": $0.name, "milliseconds": $0.duration / .milliseconds(1)] as [String: Any]
      },
      "reads": run.reads.map {
        ["domain": $0.domain, "server": $0.server, "pages": $0.pages, "records": $0.records]
          as [String: Any]
      },
      "vanishedLinks": run.vanishedLinks.map(object),
      "findings": run.findings.map {
        ["code": $0.code.rawValue, "subject": orNull($0.subject), "message": $0.message]
      },
    ]
  }

  /// How many rows a run found, by status and by state.
  package static func counts(_ run: RunRecord) -> [String: Any] {
    [
      "total": run.counts.total, "matched": run.counts[Status.matched],
      "notMatched": run.counts[Status.notMatched],
      "byState": Dictionary(
        run.counts.present.map { ($0.state.rawValue, $0.count) }, uniquingKeysWith: +),
    ]
  }

  /// A link without a row, or without a user.
  package static func object(_ vanished: VanishedLink) -> [String: Any] {
    [
      "state": vanished.state.rawValue, "objectGUID": vanished.link.guid.description,
      "domain": vanished.link.domain, "login": vanished.link.login,
      "userName": vanished.link.userName,
    ]
  }

  /// A change of the audit.
  package static func object(_ change: ChangeRecord) -> [String: Any] {
    [
      "kind": change.kind.rawValue, "run": orNull(change.run), "at": change.at,
      "actor": change.actor, "userName": change.userName,
      "objectGUID": orNull(change.guid?.description), "domain": orNull(change.domain),
      "login": orNull(change.login), "comment": orNull(change.comment),
      "fields": change.fields.map {
        ["field": $0.field.rawValue, "old": orNull($0.old), "new": orNull($0.new)]
      },
    ]
  }

  /// Absent values are null.
  package static func orNull(_ value: Any?) -> Any { value ?? NSNull() }

  /// A refusal of the installation's audit.
  package static func object(_ refusal: RefusalRecord) -> [String: Any] {
    [
      "at": refusal.at, "actor": refusal.actor, "action": refusal.action,
      "missing": refusal.missing,
    ]
  }
}
