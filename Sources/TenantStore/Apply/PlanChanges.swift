internal import PluginContract
internal import TenantCore

/// One change a user, in batches as they are stored: what linked it, with the fields, or what updated it (T5).
/// Several threads may pack them at once: no batch depends on another.
struct PlanChanges: Sendable {
  private let source: PlanSource
  /// By user, the place of what changes in it; -1 if nothing does.
  private let changeOfUser: [Int32]
  /// The places of what changes in users that are not linked by this run.
  private let updates: [Int32]
  /// By batch of tenant users.
  private let userNames: [PackedColumn]

  private var plan: Plan { source.plan }

  /// Takes a plan whose new links have users.
  init(_ source: PlanSource) {
    self.source = source
    let plan = source.plan
    var changeOfUser = [Int32](repeating: -1, count: plan.users.count)
    for index in plan.userChanges.indices {
      changeOfUser[plan.userChanges.place(at: index).user] = Int32(index)
    }
    var isNewlyLinked = [Bool](repeating: false, count: plan.users.count)
    for row in plan.newLinks { isNewlyLinked[Int(plan.rows[row].user)] = true }
    self.changeOfUser = changeOfUser
    updates = plan.userChanges.indices.lazy
      .filter { !isNewlyLinked[plan.userChanges.place(at: $0).user] }.map { Int32($0) }
    userNames = plan.users.batches.map {
      $0.records.column(TenantField.userName.rawValue)?.raw ?? PackedColumn()
    }
  }

  /// The number of changes.
  private var count: Int { plan.newLinks.count + updates.count }

  /// The number of batches.
  var batchCount: Int {
    (count + ChangeBatch.maximumCount - 1) / ChangeBatch.maximumCount
  }

  /// Packs a batch, by its number from 0.
  func pack(_ batch: Int) -> PackedChanges {
    let first = batch * ChangeBatch.maximumCount
    var packer = ChangePacker()
    var fields: [FieldBytes] = []
    for number in first..<min(count, first + ChangeBatch.maximumCount) {
      fields.removeAll(keepingCapacity: true)
      if number < plan.newLinks.count {
        let row = plan.rows[plan.newLinks[number]]
        let change = changeOfUser[Int(row.user)]
        if change >= 0 { plan.userChanges.appendFields(at: Int(change), to: &fields) }
        append(.linked, row, Int(row.user), fields, to: &packer)
      } else {
        let change = Int(updates[number - plan.newLinks.count])
        let (user, row) = plan.userChanges.place(at: change)
        plan.userChanges.appendFields(at: change, to: &fields)
        append(.updated, plan.rows[row], user, fields, to: &packer)
      }
    }
    return packer.finish()
  }

  private func append(
    _ kind: ChangeRecord.Kind, _ row: PlannedRow, _ user: Int, _ fields: [FieldBytes],
    to packer: inout ChangePacker
  ) {
    let (batch, record) = plan.users.locate(user)
    packer.append(
      kind, userName: userNames[batch].first(of: record) ?? [], guid: source.anchor(of: row),
      domain: source.domain(of: row), login: source.login(of: row), fields: fields, comment: nil)
  }
}
