import Foundation
import Harness
import Testing

@Suite("What the first scrape after a start tells of each tenant", .timeLimit(.minutes(10)))
struct MetricsProcessTests {
  @Test("how the last run ended, when one was last complete, rows by state, vanished links")
  func firstScrape() async throws {
    let tenantctl = try RunTenantctl()
    let people = ["ann", "bob", "eve"].map { LDIF.person($0, number: Int($0.utf8.first ?? 0)) }
    try tenantctl.addTenant(
      "acme", ldif: people.joined(), extra: "synchronization: { interval: 24h }\n")
    try tenantctl.folder.write(
      "userName,windowsLogin\nann,ACME\\ann\nbob,ACME\\bob\n", to: "home/users.csv")
    try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("home/users.csv"))
    try await tenantctl.done("sync", "acme")
    try tenantctl.folder.write(people.dropFirst().joined(), to: "tenants/acme.ldif")
    try await tenantctl.done("sync", "acme")
    try tenantctl.folder.write("dn: cut off", to: "tenants/acme.ldif")
    #expect(try await tenantctl("sync", "acme").code == 75)
    let service = try await RunTenantd(tenantctl)
    let text = try await service.page("/metrics").1
    for line in [
      "tenantctl_last_run_outcome{tenant=\"acme\",outcome=\"incomplete\"} 1",
      "tenantctl_last_run_outcome{tenant=\"acme\",outcome=\"complete\"} 0",
      "tenantctl_snapshot_state_rows{tenant=\"acme\",state=\"linked\"} 1",
      "tenantctl_snapshot_state_rows{tenant=\"acme\",state=\"unmatched\"} 1",
      "tenantctl_vanished_links{tenant=\"acme\",state=\"source-deleted\"} 1",
      "tenantctl_sign_ins_total{result=\"refused\"} 0", "tenantctl_refused_tokens_total 0",
      "tenantctl_http_requests_total{area=\"api\",status=\"4xx\"} 0",
    ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
    #expect(
      text.contains(/\ntenantctl_last_success_timestamp_seconds\{tenant="acme"\} \d{10}\n/))
    #expect(text.contains(/\ntenantctl_build_info\{version="\d[^"]*"\} 1\n/))
    for name in ["resident_memory_bytes", "cpu_seconds_total", "open_fds", "max_fds"] {
      let line = try Regex("\nprocess_\(name) [0-9.]+\n")
      #expect(text.contains(line), "\(name)")
    }
    let start = try await service.metric("process_start_time_seconds") ?? 0
    #expect(abs(start - Date().timeIntervalSince1970) < 600)
    #expect(try await service.stop().code == 0)
  }

  @Test("sign-ins by how they ended, calls without a token, and requests by their status")
  func counts() async throws {
    let tenantctl = try RunTenantctl.withExamples()
    let service = try await RunTenantd(tenantctl, "--listen", "127.0.0.1:0")
    let visitor = PageVisitor(tenantctl, "http://127.0.0.1:\(try await service.pagesPort())")
    #expect(try await visitor.signIn("acme", "maria", "wrong password").status == 401)
    #expect(try await visitor.get("/api/v1/tenants/acme").status == 401)
    for (name, value) in [
      ("tenantctl_sign_ins_total{result=\"refused\"}", 1.0),
      ("tenantctl_sign_ins_total{result=\"done\"}", 0), ("tenantctl_refused_tokens_total", 1),
      ("tenantctl_http_requests_total{area=\"pages\",status=\"2xx\"}", 1),
      ("tenantctl_http_requests_total{area=\"pages\",status=\"4xx\"}", 1),
      ("tenantctl_http_requests_total{area=\"api\",status=\"4xx\"}", 1),
    ] { #expect(try await service.metric(name) == value, "\(name)") }
    #expect(try await service.stop().code == 0)
  }
}
