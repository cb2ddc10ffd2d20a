internal import Administration
internal import Authorization
internal import PluginContract
internal import TenantCore

/// What a run did, or would do, as text.
struct SyncText {
  /// The most new links and updates that a preview lists one by one.
  static let screenful = 20

  let tenant: String
  let report: RunReport
  /// Who would be lost; nil after a run.
  let losses: RunPreview?
  /// The domains of the tenant's directories, in their order.
  let domains: [String]
  /// The most lines of each kind in a preview.
  var listed = screenful

  init(
    _ tenant: Tenant, _ report: RunReport, _ losses: RunPreview? = nil, listed: Int = screenful
  ) {
    self.tenant = tenant.name
    domains = tenant.directories.map(\.domain)
    self.report = report
    self.losses = losses
    self.listed = listed
  }

  /// What a run did.
  static func done(_ tenant: Tenant, _ run: RunRecord) -> String {
    lines(
      [
        "\(tenant.name): run \(run.id): \(counts(run))",
        "  \(run.newLinks) new links, \(run.updatedUsers) users updated, "
          + "\(run.vanishedLinks.count) vanished links, \(run.findings.count) findings; "
          + times(run),
      ] + run.summaryFindings.map { "  \($0)" })
  }

  /// What a run would do.
  var preview: String {
    Self.lines(
      [
        "\(tenant): a run would result in: \(Self.counts(report.run))",
        "  \(difference); nothing was written",
      ]
        + lost(losses?.vanishing, "vanish") { _ in "" }
        + lost(losses?.unmatching, "no longer match") {
          $0.userName.map { " '\($0)'" } ?? ""
        }
        + links + updates
        + firstLines(report.plan.findings, "findings") {
          "  \($0.code.rawValue): \($0.subject.map { "\($0): " } ?? "")\($0.message)"
        })
  }

  /// How much would change.
  var difference: String {
    "\(report.plan.newLinks.count) new links, \(report.plan.userChanges.count) users to update"
  }

  private static func counts(_ run: RunRecord) -> String {
    let counts = run.counts
    let states = counts.present.map { "\($0.state.rawValue) \($0.count)" }.joined(separator: ", ")
    return "\(counts.total) AD users, \(counts[Status.matched]) matched, "
      + "\(counts[Status.notMatched]) not matched\(states.isEmpty ? "" : " (\(states))")"
  }

  private static func times(_ run: RunRecord) -> String {
    run.phases.map { phase in
      let milliseconds = phase.duration / .milliseconds(1)
      return "\(phase.name) \(Int(milliseconds.rounded())) ms"
    }.joined(separator: ", ")
  }

  private func lost(
    _ pairs: RunPreview.Listed<RunPreview.Pair>?, _ verb: String,
    _ rest: (RunPreview.Pair) -> String
  ) -> [String] {
    guard let pairs, pairs.count > 0 else { return [] }
    let lines = pairs.first.prefix(listed).map { "  \(verb): \($0.account)\(rest($0))" }
    let more = pairs.count - lines.count
    return lines + (more > 0 ? ["  and \(more) more that would \(verb)"] : [])
  }

  private var links: [String] {
    firstLines(report.plan.newLinks, "new links") { index in
      let row = report.plan.rows[index]
      let user = report.plan.users.userName(of: Int(row.user))
      return "  link \(name(of: row)) to '\(user)' (\(report.plan.reason(of: row).code))"
    }
  }

  private var updates: [String] {
    firstLines(report.plan.userChanges, "updates") { change in
      let fields = (change.recording + (change.windowsLogin.map { [$0] } ?? [])).map {
        "\($0.field.rawValue) \(quoted($0.old)) to \(quoted($0.new))"
      }
      let lock = fields.isEmpty ? "lock the Windows login" : fields.joined(separator: ", ")
      return "  update '\(report.plan.users.userName(of: change.user))': \(lock)"
    }
  }

  private func firstLines<All: Collection>(
    _ all: All, _ what: String, _ line: (All.Element) -> String
  ) -> [String] {
    let more = all.count > listed ? ["  and \(all.count - listed) more \(what)"] : []
    return all.prefix(listed).map(line) + more
  }

  private func name(of row: PlannedRow) -> String {
    let batch = report.plan.directoryUsers[Int(row.batch)]
    let login = batch.records.column(DirectoryAttribute.login)?.raw.text(of: Int(row.record)) ?? ""
    return domains.indices.contains(batch.directory)
      ? "\(domains[batch.directory])\\\(login)" : login
  }

  private func quoted(_ text: String?) -> String { text.map { "'\($0)'" } ?? "blank" }

  private static func lines(_ lines: [String]) -> String {
    lines.map { DisplayText.safe($0) + "\n" }.joined()
  }
}
