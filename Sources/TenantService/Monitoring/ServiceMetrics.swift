internal import Administration
internal import TenantCore
internal import Wiring

/// The metrics of the service.
struct ServiceMetrics {
  let report: ServiceReport
  var counts = ServiceCounts.Numbers()
  var process = ProcessFigures()
  /// The program's version.
  var version = ProductVersion.current

  /// The text that `/metrics` answers with.
  var text: String {
    var text = MetricsText()
    addRuns(to: &text)
    addSnapshots(to: &text)
    addFiles(to: &text)
    addRequests(to: &text)
    process.add(to: &text)
    text.add(
      "tenantctl_build_info", .gauge, "1; the label has the program's version.",
      [MetricsText.Sample(labels: [("version", version)], value: 1)])
    return text.text
  }

  private func addRuns(to text: inout MetricsText) {
    text.add(
      "tenantctl_runs_total", .counter, "Runs of this process by tenant and outcome.",
      report.tenants.flatMap { tenant in
        TenantReport.counted.map { outcome in
          MetricsText.Sample(
            labels: [("tenant", tenant.tenant), ("outcome", outcome.rawValue)],
            value: Double(tenant.runs[outcome] ?? 0))
        }
      })
    text.add(
      "tenantctl_last_run_outcome", .gauge,
      "1 for how the last run of any process ended, else 0.",
      labelled("outcome") { tenant in
        tenant.lastOutcome.map { last in
          RunOutcome.allCases.map { ($0.rawValue, $0 == last ? 1 : 0) }
        }
      })
    text.add(
      "tenantctl_last_success_timestamp_seconds", .gauge, "When the last complete run ended.",
      samples { $0.lastSuccess.map { Double($0.secondsSince1970) } })
    text.add(
      "tenantctl_last_run_duration_seconds", .gauge, "How long the last run took.",
      samples { $0.lastDuration.map { $0 / .seconds(1) } })
    text.add(
      "tenantctl_running", .gauge, "1 while a run is under way, else 0.",
      samples { $0.isRunning ? 1 : 0 })
    text.add(
      "tenantctl_waiting", .gauge, "1 while a run waits for a silent directory, else 0.",
      samples { $0.isWaiting ? 1 : 0 })
    text.add(
      "tenantctl_late_seconds", .gauge, "How long a due run has not begun; else 0.",
      samples { $0.lateness / .seconds(1) })
    text.add(
      "tenantctl_next_run_timestamp_seconds", .gauge, "When the next run is due.",
      samples { $0.nextRun })
    text.add(
      "tenantctl_backoff_seconds", .gauge, "The wait after failed runs; 0 if there were none.",
      samples { $0.backoff / .seconds(1) })
  }

  private func addSnapshots(to text: inout MetricsText) {
    text.add(
      "tenantctl_snapshot_rows", .gauge, "Directory users of the snapshot by status.",
      labelled("status") { tenant in
        tenant.counts.map { counts in Status.allCases.map { ($0.rawValue, counts[$0]) } }
      })
    text.add(
      "tenantctl_snapshot_state_rows", .gauge, "Directory users of the snapshot by state.",
      labelled("state") { tenant in
        tenant.counts.map { counts in RowState.allCases.map { ($0.rawValue, counts[$0]) } }
      })
    text.add(
      "tenantctl_vanished_links", .gauge,
      "Links of the snapshot without a row or a user, by state.",
      labelled("state") { tenant in
        tenant.counts.map { _ in
          VanishedLinkState.allCases.filter { $0 != .sourceUnseen }
            .map { ($0.rawValue, tenant.vanishedLinks[$0] ?? 0) }
        }
      })
    text.add(
      "tenantctl_snapshot_age_seconds", .gauge, "The time since the last complete run.",
      samples { $0.age.map { $0 / .seconds(1) } })
  }

  private func addFiles(to text: inout MetricsText) {
    let names = Set(report.tenants.map(\.tenant)).union(report.broken).sorted()
    text.add(
      "tenantctl_tenant_file_broken", .gauge, "1 if the tenant file is broken, else 0.",
      names.map { name in
        MetricsText.Sample(
          labels: [("tenant", name)], value: report.broken.contains(name) ? 1 : 0)
      })
    text.add(
      "tenantctl_tenants_folder_broken", .gauge,
      "1 if the folder of tenant files could not be read, else 0.",
      [MetricsText.Sample(labels: [], value: report.isFolderBroken ? 1 : 0)])
  }

  /// All combinations of labels are there from the beginning, so that a rate is right from the first event on.
  private func addRequests(to text: inout MetricsText) {
    text.add(
      "tenantctl_http_requests_total", .counter,
      "Requests to pages and API by the class of the answer's status.",
      ServiceCounts.Area.allCases.flatMap { area in
        (2...5).map { status in
          MetricsText.Sample(
            labels: [("area", area.rawValue), ("status", "\(status)xx")],
            value: Double(counts.requests[.init(area: area, status: status)] ?? 0))
        }
      })
    text.add(
      "tenantctl_sign_ins_total", .counter, "Sign-ins by how they ended.",
      ServiceCounts.SignIn.allCases.map { signIn in
        MetricsText.Sample(
          labels: [("result", signIn.rawValue)], value: Double(counts.signIns[signIn] ?? 0))
      })
    text.add(
      "tenantctl_refused_tokens_total", .counter, "Calls of the API without a valid token.",
      [MetricsText.Sample(labels: [], value: Double(counts.refusedTokens))])
  }

  /// A sample for each value of a label; none for a tenant of which nothing is known.
  private func labelled(
    _ label: String, _ values: (TenantReport) -> [(String, Int)]?
  ) -> [MetricsText.Sample] {
    report.tenants.flatMap { tenant in
      (values(tenant) ?? []).map { name, value in
        MetricsText.Sample(
          labels: [("tenant", tenant.tenant), (label, name)], value: Double(value))
      }
    }
  }

  private func samples(_ value: (TenantReport) -> Double?) -> [MetricsText.Sample] {
    report.tenants.compactMap { tenant in
      value(tenant).map { MetricsText.Sample(labels: [("tenant", tenant.tenant)], value: $0) }
    }
  }
}
