internal import PluginContract
internal import TenantCore

/// Keeps a sync from making a value double that ought to be unique in a tenant (S4).
///
/// Judged on the effective values after the run, whatever the order: a value that moves from one
/// user to another in one run moves; where several would newly hold one, none takes it.
struct UniqueValues {
  static let fields: [TenantField] = [.email, .employeeId, .windowsLogin]

  /// A change that may give a user a new effective value, by hashes: those of two different values may be equal.
  struct Proposed: Sendable {
    /// The place among ``fields``.
    var field: Int8
    var user: Int32
    var new: UInt64
    /// Nil if the user has no value.
    var old: UInt64?
  }

  let users: TenantUsers

  /// One change that would give a user a new effective value.
  private struct Proposal {
    var change: Int
    var user: Int
    var old: String?
    var new: String
    var isRejected = false
  }

  /// What changes may propose. Most often the directory only confirms what is there, perhaps in another case.
  func proposed(by entries: [UserChanges.Entry], _ planner: UserChangePlanner) -> [Proposed] {
    guard !entries.isEmpty else { return [] }
    let hash = KeyHash.ofProcess
    var proposed: [Proposed] = []
    var folded: [UInt8] = []
    for (place, field) in Self.fields.enumerated() {
      let part = Self.part(of: field)
      let effective = users.batches.map { $0.records.column(field.rawValue)?.canonical }
      for entry in entries where entry.parts.contains(part) {
        let (batch, record) = users.locate(Int(entry.user))
        let known = effective[batch]?.first(of: record)
        if let known, planner.takes(field, entry, as: known) { continue }
        folded.removeAll(keepingCapacity: true)
        if let new = planner.newValue(field, entry) {
          _ = CanonicalText.append(new, to: &folded)
        } else if let proposal = proposal(0, planner.made([entry])[0], field) {
          folded += proposal.new.utf8
        }
        if folded.isEmpty || known == folded[...] { continue }
        proposed.append(
          Proposed(
            field: Int8(place), user: entry.user, new: hash.hash(folded.span.bytes, group: 0),
            old: known.map { hash.hash($0.span.bytes, group: 0) }))
      }
    }
    return proposed
  }

  /// Takes out the changes that would make a value double, with a finding for each.
  ///
  /// - Parameters:
  ///   - entries: in user order.
  ///   - proposed: what ``proposed(by:_:)`` says of them.
  func resolve(
    _ entries: [UserChanges.Entry], proposed: [Proposed], _ planner: UserChangePlanner
  ) -> (entries: [UserChanges.Entry], findings: [Finding]) {
    var entries = entries
    var findings: [Finding] = []
    for (place, field) in Self.fields.enumerated() {
      let rivals = rivals(among: proposed.filter { $0.field == place }, field)
      guard !rivals.isEmpty else { continue }
      let changes = planner.made(entries)
      var proposals = entries.indices.compactMap { index in
        rivals.contains(entries[index].user) ? proposal(index, changes[index], field) : nil
      }
      let holders = holders(of: proposals.map(\.new), in: field)
      reject(&proposals, holders: holders)
      for proposal in proposals where proposal.isRejected {
        entries[proposal.change].parts.subtract(Self.part(of: field))
        findings.append(finding(proposal, field, proposals, holders[proposal.new] ?? []))
      }
    }
    return (findings.isEmpty ? entries : entries.filter { !$0.parts.isEmpty }, findings)
  }

  /// The users whose proposals have to be looked at: those of a value that several would take or that
  /// somebody holds, and those who would leave such a value. All others take what nobody else has.
  private func rivals(among proposed: [Proposed], _ field: TenantField) -> Set<Int32> {
    guard !proposed.isEmpty else { return [] }
    var comers: [UInt64: Int32] = [:]
    comers.reserveCapacity(proposed.count)
    for one in proposed { comers[one.new, default: 0] += 1 }
    let hash = KeyHash.ofProcess
    for batch in users.batches {
      let column = batch.records.column(field.rawValue)?.canonical ?? PackedColumn()
      let bytes = column.bytes.span.bytes
      for record in 0..<column.recordCount {
        guard let range = column.firstByteRange(of: record) else { continue }
        let value = hash.hash(bytes.extracting(range), group: 0)
        if comers[value] != nil { comers[value, default: 0] += 1 }
      }
    }
    let contested = comers.filter { $0.value > 1 }
    return Set(
      proposed.lazy.filter {
        contested[$0.new] != nil || ($0.old.map { contested[$0] != nil } ?? false)
      }.map(\.user))
  }

  private static func part(of field: TenantField) -> UserChangeParts {
    let place = ProfileField.allCases.firstIndex { $0.tenantField == field }
    return place.map(UserChangeParts.field) ?? .windowsLogin
  }

  /// Nil if the user's effective value stays the same one.
  private func proposal(_ index: Int, _ change: UserChange, _ field: TenantField) -> Proposal? {
    let given =
      field == .windowsLogin
      ? change.windowsLogin?.new : change.recording.first { $0.field == field }?.new
    let old = users.text(field, of: change.user)
    if given == old { return nil }
    let folded = old.map(CanonicalText.of)
    guard let new = effectiveValue(after: change, field).map(CanonicalText.of), !new.isEmpty,
      new != folded
    else { return nil }
    return Proposal(change: index, user: change.user, old: folded, new: new)
  }

  private func effectiveValue(after change: UserChange, _ field: TenantField) -> String? {
    if field == .windowsLogin { return change.windowsLogin?.new }
    guard let profileField = ProfileField.allCases.first(where: { $0.tenantField == field }),
      let recording = change.recording.first(where: { $0.field == field })
    else { return nil }
    for profile in Profile.precedence {
      let value =
        profile == .recording
        ? recording.new : users.text(profileField, in: profile, of: change.user)
      if let value, !value.isEmpty { return value }
    }
    return nil
  }

  /// For each value, the users that hold it before the run.
  private func holders(of values: [String], in field: TenantField) -> [String: [Int]] {
    let wanted = WantedValues(values)
    var holders: [String: [Int]] = [:]
    var start = 0
    for batch in users.batches {
      let column = batch.records.column(field.rawValue)?.canonical ?? PackedColumn()
      let bytes = column.bytes.span.bytes
      for record in 0..<column.recordCount {
        guard let range = column.firstByteRange(of: record),
          let value = wanted.find(bytes.extracting(range))
        else { continue }
        holders[value, default: []].append(start + record)
      }
      start += batch.records.count
    }
    return holders
  }

  /// Rejects until nothing changes. Rejections only grow, so the order of looking does not matter.
  private func reject(_ proposals: inout [Proposal], holders: [String: [Int]]) {
    let byNew = Dictionary(grouping: proposals.indices) { proposals[$0].new }
    var leavers: [String: Int] = [:]
    for proposal in proposals {
      if let old = proposal.old { leavers[old, default: 0] += 1 }
    }
    var pending = Array(byNew.keys)
    while let value = pending.popLast() {
      let comers = (byNew[value] ?? []).filter { !proposals[$0].isRejected }
      let staying = (holders[value]?.count ?? 0) - (leavers[value] ?? 0)
      guard !comers.isEmpty, staying > 0 || comers.count > 1 else { continue }
      for index in comers {
        proposals[index].isRejected = true
        guard let old = proposals[index].old else { continue }
        leavers[old, default: 0] -= 1
        if byNew[old] != nil { pending.append(old) }
      }
    }
  }

  private func finding(
    _ proposal: Proposal, _ field: TenantField, _ proposals: [Proposal], _ holders: [Int]
  ) -> Finding {
    let rivals = proposals.filter { $0.new == proposal.new }.map(\.user)
    let others = (holders.isEmpty ? rivals : holders).filter { $0 != proposal.user }
    let names = others.map { "'\(users.userName(of: $0))'" }.sorted().prefix(5)
      .joined(separator: ", ")
    let who = holders.isEmpty ? "would go to \(names) too" : "is held by \(names)"
    return Finding(
      .conflict, subject: users.userName(of: proposal.user),
      message: "\(field.rawValue) '\(proposal.new)' \(who); it was not written")
  }
}

/// Canonical values, found by their bytes: of a million users' few are wanted.
private struct WantedValues {
  private let hash = KeyHash.ofProcess
  private var slots: HashSlots
  private var values: [String] = []
  private var bytes: [[UInt8]] = []

  init(_ all: [String]) {
    slots = HashSlots(capacity: all.count)
    for value in all {
      let key = Array(value.utf8)
      let new = Int32(bytes.count)
      let number = slots.insert(hash.hash(key.span.bytes, group: 0), new) { bytes[Int($0)] == key }
      guard number == new else { continue }
      values.append(value)
      bytes.append(key)
    }
  }

  func find(_ value: RawSpan) -> String? {
    slots.find(hash.hash(value, group: 0)) { holds(value, at: $0) }.map { values[Int($0)] }
  }

  private func holds(_ value: RawSpan, at number: Int32) -> Bool {
    let wanted = bytes[Int(number)]
    return wanted.span.bytes.isEqual(to: value)
  }
}
