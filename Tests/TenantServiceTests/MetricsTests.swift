import Administration
import TenantCore
import Testing

@testable import TenantService

@Suite("Metrics as Prometheus reads them")
struct MetricsTests {
  @Test("label values are escaped")
  func escaping() {
    var text = MetricsText()
    text.add(
      "files", .gauge, "Files.",
      [MetricsText.Sample(labels: [("name", "a\\b\"c\nd"), ("other", "x")], value: 1)])
    #expect(
      text.text
        == "# HELP files Files.\n# TYPE files gauge\nfiles{name=\"a\\\\b\\\"c\\nd\",other=\"x\"} 1\n"
    )
  }

  @Test("whole numbers have no point, others do")
  func numbers() {
    #expect(MetricsText.number(0) == "0")
    #expect(MetricsText.number(1_795_563_440) == "1795563440")
    #expect(MetricsText.number(0.25) == "0.25")
    #expect(MetricsText.number(.nan) == "nan")
  }

  @Test("a tenant without a run has no duration, no rows and no age, and its counters are 0")
  func unknown() {
    let text = ServiceMetrics(report: Self.report([Self.tenant()])).text
    #expect(text.contains("tenantctl_runs_total{tenant=\"acme\",outcome=\"complete\"} 0\n"))
    for name in [
      "last_run_duration_seconds", "snapshot_rows", "snapshot_age_seconds", "last_run_outcome",
      "last_success_timestamp_seconds", "snapshot_state_rows", "vanished_links",
    ] {
      #expect(!text.contains(name), "\(name)")
    }
  }

  @Test("everything that is known is measured")
  func known() {
    var tenant = Self.tenant()
    tenant.runs = [.complete: 3, .refused: 1]
    tenant.lastDuration = .milliseconds(1500)
    tenant.age = .seconds(61)
    tenant.backoff = .seconds(120)
    tenant.isRunning = true
    tenant.isWaiting = true
    tenant.lateness = .milliseconds(2500)
    var counts = StateCounts()
    counts.add(.linked, 7)
    counts.add(.unmatched, 2)
    tenant.counts = counts
    tenant.lastOutcome = .refused
    tenant.lastSuccess = Timestamp(secondsSince1970: 900)
    tenant.vanishedLinks = [.sourceDeleted: 3]
    let text = ServiceMetrics(report: Self.report([tenant], broken: ["acme", "other"])).text
    for line in [
      "tenantctl_runs_total{tenant=\"acme\",outcome=\"complete\"} 3",
      "tenantctl_runs_total{tenant=\"acme\",outcome=\"refused\"} 1",
      "tenantctl_last_run_duration_seconds{tenant=\"acme\"} 1.5",
      "tenantctl_running{tenant=\"acme\"} 1", "tenantctl_waiting{tenant=\"acme\"} 1",
      "tenantctl_late_seconds{tenant=\"acme\"} 2.5",
      "tenantctl_next_run_timestamp_seconds{tenant=\"acme\"} 1000",
      "tenantctl_backoff_seconds{tenant=\"acme\"} 120",
      "tenantctl_snapshot_rows{tenant=\"acme\",status=\"Matched\"} 7",
      "tenantctl_snapshot_rows{tenant=\"acme\",status=\"Not Matched\"} 2",
      "tenantctl_last_run_outcome{tenant=\"acme\",outcome=\"refused\"} 1",
      "tenantctl_last_run_outcome{tenant=\"acme\",outcome=\"complete\"} 0",
      "tenantctl_last_success_timestamp_seconds{tenant=\"acme\"} 900",
      "tenantctl_snapshot_state_rows{tenant=\"acme\",state=\"linked\"} 7",
      "tenantctl_snapshot_state_rows{tenant=\"acme\",state=\"ambiguous\"} 0",
      "tenantctl_vanished_links{tenant=\"acme\",state=\"source-deleted\"} 3",
      "tenantctl_vanished_links{tenant=\"acme\",state=\"user-missing\"} 0",
      "tenantctl_snapshot_age_seconds{tenant=\"acme\"} 61",
      "tenantctl_tenant_file_broken{tenant=\"acme\"} 1",
      "tenantctl_tenant_file_broken{tenant=\"other\"} 1",
      "tenantctl_tenants_folder_broken 0",
    ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
  }

  @Test("each metric has its help and type once, before its samples")
  func heads() throws {
    let text = ServiceMetrics(report: Self.report([Self.tenant("a"), Self.tenant("b")])).text
    var seen: [String] = []
    var current = ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words[1] == "HELP" {
        current = words[2]
        seen.append(current)
      } else if words[1] == "TYPE" {
        #expect(words[2] == current && ["counter", "gauge"].contains(words[3]))
        #expect((words[3] == "counter") == current.hasSuffix("_total"))
      } else {
        #expect(line.split { " {".contains($0) }.first.map(String.init) == current)
      }
    }
    #expect(Set(seen).count == seen.count)
  }

  static func tenant(_ name: String = "acme") -> TenantReport {
    TenantReport(tenant: name, nextRun: 1000, backoff: .zero, isRunning: false)
  }

  static func report(_ tenants: [TenantReport], broken: [String] = []) -> ServiceReport {
    ServiceReport(isReady: true, tenants: tenants, broken: broken, isFolderBroken: false)
  }
}
