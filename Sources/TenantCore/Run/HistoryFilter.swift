internal import PluginContract

/// Which part of a tenant's history is asked for; what is nil or empty narrows nothing.
package struct HistoryFilter: Sendable, Equatable {
  /// Only what concerns the directory users that it means.
  package var login: LoginName?
  /// Only what this run did.
  package var run: Int64?
  /// Only changes of these kinds.
  package var kinds: Set<ChangeRecord.Kind> = []
  /// Only what this actor did, in any case; the domain or `local:` before the name may be left out.
  package var actor: String?
  /// The first day, in UTC.
  package var since: Day?
  /// The last day, in UTC.
  package var until: Day?

  /// Everything.
  package init() {}

  /// True if it leaves out what is no change.
  package var isOfChanges: Bool { login != nil || run != nil || !kinds.isEmpty }

  /// True if something of a moment and an actor fits.
  package func includes(at moment: Timestamp, by name: String) -> Bool {
    includes(moment) && includes(actor: name)
  }

  /// True if a change fits, whoever it is about.
  package func includes(_ kind: ChangeRecord.Kind) -> Bool { kinds.isEmpty || kinds.contains(kind) }

  /// True if a run fits.
  package func includes(_ record: RunRecord) -> Bool {
    (run ?? record.id) == record.id && includes(at: record.startedAt, by: record.actor)
  }

  private func includes(_ moment: Timestamp) -> Bool {
    (since.map { moment >= $0.start } ?? true) && (until.map { moment < $0.end } ?? true)
  }

  /// True if somebody's deeds fit.
  package func includes(actor name: String) -> Bool {
    guard let actor else { return true }
    let (wanted, name) = (CanonicalText.of(actor), CanonicalText.of(name))
    guard name != wanted else { return true }
    return name.hasSuffix("\\" + wanted) || name.hasSuffix(":" + wanted)
  }
}
