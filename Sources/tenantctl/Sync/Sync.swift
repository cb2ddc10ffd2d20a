internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl sync`: one run for each tenant.
struct Sync: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read the directories, match, link, and store a snapshot.",
    discussion: """
      All writes of a run are one transaction; a run that is incomplete or refused by a limit \
      writes nothing and the last snapshot stays. Nothing is ever written to a directory. \
      --dry-run says what would happen with the limits lifted: who would vanish from the table, who \
      would no longer be matched, be linked, or change.

      Examples:
        tenantctl sync acme --dry-run
        tenantctl sync --all --jobs 2

      Exit codes: 0 done, 1 --check found changes, 65 refused by a limit, 69 directory \
      unavailable, 70 plugin or internal failure, 74 store, 75 incomplete or already running, \
      77 permission denied, 78 invalid tenant file or users file, 130 interrupted.
      """)

  @OptionGroup var selection: TenantSelection

  @Flag(help: "Show what would happen; write nothing.") var dryRun = false

  @Flag(help: "Like --dry-run, and exit with 1 if any user or link would change.")
  var check = false

  @Flag(help: "Run even if more would change than the limits allow.") var allowLargeChange = false

  @Flag(help: "List everybody who would vanish or change in a preview, however many.")
  var verbose = false

  @OptionGroup var parallel: JobOptions

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let registry = global.tenants
    try await SeveralTenants(
      names: try selection.names(registry), jobs: parallel.jobs, notes: global.notes
    ).each { name in
      let session = try await registry.session(name, action: "sync")
      return try await dryRun || check ? preview(session) : sync(session)
    }
  }

  private func sync(_ session: TenantSession) async throws -> TenantAnswer {
    let result = await session.sync(
      allowLargeChange: allowLargeChange, progress: global.progress(of: session.tenant.name))
    guard let run = result.completeRun else {
      throw result.failure ?? Failure(CancellationError())
    }
    return TenantAnswer(text: SyncText.done(session.tenant, run))
  }

  private func preview(_ session: TenantSession) async throws -> TenantAnswer {
    let listed = verbose ? Int.max : SyncText.screenful
    let (report, preview) = try await session.runPreview(
      most: listed, progress: global.progress(of: session.tenant.name))
    let text = SyncText(session.tenant, report, preview, listed: listed)
    var answer = TenantAnswer(text: text.preview)
    if !report.refusals.isEmpty && !allowLargeChange {
      let failure = Failure(RunError.refused(report.refusals))
      answer.failure = Failure(failure.kind, failure.atTerminal(tenant: nil))
    } else if check && !report.plan.changesNothing {
      answer.failure = Failure(.wouldChange, text.difference)
    }
    return answer
  }
}
