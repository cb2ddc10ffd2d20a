package import PluginContract

/// What a run would do, as a value: a dry run prints it, a run applies it (S6).
package struct Plan: Sendable {
  /// All directory users that were read, duplicates included; rows point into them.
  package var directoryUsers: [DirectoryUserBatch]
  /// All tenant users; rows point into them.
  package var users: TenantUsers
  /// The rules that ``PlannedReason/rule(index:value:canonical:)`` refers to.
  package var rules: [KeyRule]
  /// One row for each directory user, in the order of R4: folded domain, folded login, GUID.
  package var rows: [PlannedRow]
  /// The reasons of rows that need more than a rule.
  package var reasons: [Reason]
  /// Links to make: a row's index each, in row order; the row names the user.
  package var newLinks: [Int]
  /// What changes in tenant users, in user order.
  package var userChanges: UserChanges
  /// Links without a row, or without a user.
  package var vanishedLinks: [VanishedLink]
  /// Releases whose hold on the tenant user ended, or whose values were noted, as they are to be stored
  /// (U2).
  package var changedReleases: [Release]
  /// Links that stood before and are to remember another name or place of their directory users: a
  /// row's index each.
  package var sightings: [Int] = []
  /// Tenant unclaimed users, by number, in order of their names.
  package var unclaimed: [Int]
  /// Notes.
  package var findings: [Finding]

  /// Makes a plan.
  package init(
    directoryUsers: [DirectoryUserBatch], users: TenantUsers, rules: [KeyRule],
    rows: [PlannedRow] = [], reasons: [Reason] = [], newLinks: [Int] = [],
    userChanges: UserChanges = [], vanishedLinks: [VanishedLink] = [], unclaimed: [Int] = [],
    changedReleases: [Release] = [], findings: [Finding] = []
  ) {
    self.directoryUsers = directoryUsers
    self.users = users
    self.rules = rules
    self.rows = rows
    self.reasons = reasons
    self.newLinks = newLinks
    self.userChanges = userChanges
    self.vanishedLinks = vanishedLinks
    self.unclaimed = unclaimed
    self.changedReleases = changedReleases
    self.findings = findings
  }

  /// Rows by state, all states.
  package var counts: StateCounts {
    var numbers = [Int](repeating: 0, count: RowState.allCases.count)
    for row in rows { numbers[row.state.number] += 1 }
    var counts = StateCounts()
    for (state, number) in zip(RowState.allCases, numbers) { counts.add(state, number) }
    return counts
  }

  /// True if a run would write nothing but itself: no link and no user would change.
  package var changesNothing: Bool { newLinks.isEmpty && userChanges.isEmpty }
}

/// One directory user's place in a plan.
package struct PlannedRow: Sendable, Equatable {
  /// The record's batch: an index into ``Plan/directoryUsers``.
  package var batch: Int32
  /// The record's index in its batch.
  package var record: Int32
  /// The row's state.
  package var state: RowState
  /// The linked tenant user's number, or -1.
  package var user: Int32
  /// Why it has this state.
  package var reason: PlannedReason

  /// Makes a row.
  package init(
    batch: Int32, record: Int32, state: RowState, user: Int32 = -1, reason: PlannedReason
  ) {
    self.batch = batch
    self.record = record
    self.state = state
    self.user = user
    self.reason = reason
  }
}

/// A row's reason, as small as it can be.
package enum PlannedReason: Sendable, Equatable {
  /// The reason is the link's, kept from the time of linking.
  case kept
  /// A matcher's rule made the link: an index into ``Plan/rules``, and which of the attribute's
  /// values it was.
  case rule(index: UInt16, value: UInt16)
  /// An index into ``Plan/reasons``.
  case detailed(Int32)
}

/// What changes in one tenant user.
package struct UserChange: Sendable, Equatable {
  /// The user's number.
  package var user: Int
  /// The row whose values the user takes.
  package var row: Int
  /// New values of the recording profile; nil clears. In the order of ``ProfileField``.
  package var recording: [FieldChange]
  /// The Windows login's new value, if it changes (S2).
  package var windowsLogin: FieldChange?
  /// True if the Windows login is to be locked and is not yet.
  package var locksLogin: Bool

  /// All fields that change, those of the recording profile first.
  package var fields: [FieldChange] { recording + (windowsLogin.map { [$0] } ?? []) }

  /// True if all that changes is a Windows login that a linked user ought to have and has not: a
  /// repair of what an earlier version lost (S2), which no limit counts.
  package var onlyRestoresLogin: Bool {
    restoresLogin && recording.isEmpty
  }

  /// True if a linked user without a Windows login gets it (back): a link locks it, so nobody else
  /// can have cleared it.
  package var restoresLogin: Bool {
    !locksLogin && windowsLogin.map { $0.old == nil } ?? false
  }

  /// Makes a change.
  package init(
    user: Int, row: Int, recording: [FieldChange] = [], windowsLogin: FieldChange? = nil,
    locksLogin: Bool = false
  ) {
    self.user = user
    self.row = row
    self.recording = recording
    self.windowsLogin = windowsLogin
    self.locksLogin = locksLogin
  }
}

/// A link without a row, or without a user (S5).
package struct VanishedLink: Sendable, Equatable {
  /// The stored pair.
  package var link: Link
  /// What became of it.
  package var state: VanishedLinkState

  /// Makes a value.
  package init(link: Link, state: VanishedLinkState) {
    self.link = link
    self.state = state
  }
}

/// Rows by state.
package struct StateCounts: Sendable, Equatable {
  private var counts = [Int](repeating: 0, count: RowState.allCases.count)

  /// No rows.
  package init() {}

  /// Counts rows of a state.
  package mutating func add(_ state: RowState, _ count: Int = 1) {
    if let index = RowState.allCases.firstIndex(of: state) { counts[index] += count }
  }

  /// The rows of a state.
  package subscript(state: RowState) -> Int {
    RowState.allCases.firstIndex(of: state).map { counts[$0] } ?? 0
  }

  /// All rows.
  package var total: Int { counts.reduce(0, +) }

  /// Rows of a status.
  package subscript(status: Status) -> Int {
    zip(RowState.allCases, counts).reduce(0) { $0 + ($1.0.status == status ? $1.1 : 0) }
  }

  /// The states that have rows, in the order of their definition.
  package var present: [(state: RowState, count: Int)] {
    zip(RowState.allCases, counts).filter { $0.1 > 0 }.map { ($0, $1) }
  }
}

/// In JSON it is an object with the names of the states that have rows; a state that this version does not know is left
/// out.
extension StateCounts: Codable {
  package init(from decoder: any Decoder) throws {
    self.init()
    let counts = try decoder.singleValueContainer().decode([String: Int].self)
    for (name, count) in counts {
      if let state = RowState(rawValue: name) { add(state, count) }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      Dictionary(present.map { ($0.state.rawValue, $0.count) }) { first, _ in first })
  }
}

extension Plan {
  /// A row's reason in full; for a kept one, only what the plan itself knows.
  package func reason(of row: PlannedRow) -> Reason {
    let linked = row.user < 0 ? [] : [users.userName(of: Int(row.user))]
    switch row.reason {
    case .kept: return Reason(code: ReasonCode.manual, candidates: linked)
    case .detailed(let index): return reasons[Int(index)]
    case .rule(let index, let value):
      let rule = rules[Int(index)]
      let isSingle = rule.attributes.count == 1
      var (raw, canonical) = ([UInt8](), [UInt8]())
      for name in rule.attributes {
        append(name, value: isSingle ? Int(value) : 0, of: row, to: &raw, &canonical)
      }
      return Reason(
        code: rule.code, matcher: rule.matcher,
        attribute: isSingle ? rule.attributes[0] : rule.attributes.joined(separator: "+"),
        value: String(decoding: raw, as: UTF8.self),
        canonical: String(decoding: canonical, as: UTF8.self), candidates: linked)
    }
  }

  /// The reason of a link as of now: after a change of the value by which it was made, with the value that
  /// is there now, and the one of then as ``Reason/detail``.
  ///
  /// - Parameter link: the reason kept from the time of linking.
  /// - Returns: nil if the value is the same, or if it was not read.
  package func currentReason(of row: PlannedRow, link: Reason) -> Reason? {
    guard let attribute = link.attribute, let then = link.value else { return nil }
    let batch = directoryUsers[Int(row.batch)].records
    let record = Int(row.record)
    let columns = attribute.split(separator: "+").map { batch.column(String($0)) }
    guard !columns.contains(where: { $0 == nil }) else { return nil }
    let values = columns.compactMap { $0?.raw.texts(of: record) }
    var current = link
    current.value = nil
    current.canonical = nil
    current.detail = then
    if columns.count > 1 {
      current.value = values.compactMap(\.first).joined(separator: " ")
      current.canonical = columns.compactMap { canonical($0, of: record) }.joined(separator: " ")
    } else if values[0].contains(then) {
      return nil
    } else if values[0].count == 1 {
      current.value = values[0][0]
      current.canonical = canonical(columns[0], of: record)
    }
    return current.value == then ? nil : current
  }

  /// A record's first value in canonical form.
  private func canonical(_ column: Column?, of record: Int) -> String? {
    guard let column, let value = column.raw.values(of: record).first else { return nil }
    return column.canonicalText(ofValue: value).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Appends one of a row's values in both forms, behind a space if something stands there.
  private func append(
    _ attribute: String, value: Int, of row: PlannedRow, to raw: inout [UInt8],
    _ canonical: inout [UInt8]
  ) {
    let columns = directoryUsers[Int(row.batch)].records.columns
    guard let column = columns.indices.first(where: { columns[$0].name == attribute }) else {
      return
    }
    let position = columns[column].raw.values(of: Int(row.record)).lowerBound + value
    guard columns[column].raw.values(of: Int(row.record)).contains(position) else { return }
    if !raw.isEmpty { raw.append(0x20) }
    raw += columns[column].raw.value(position)
    guard let text = columns[column].canonicalText(ofValue: position) else { return }
    if !canonical.isEmpty { canonical.append(0x20) }
    canonical += text
  }
}
