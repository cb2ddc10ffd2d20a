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
    ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
    #expect(
      text.contains(/\ntenantctl_last_success_timestamp_seconds\{tenant="acme"\} \d{10}\n/))
    #expect(try await service.stop().code == 0)
  }
}
