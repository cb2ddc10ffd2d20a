import TenantCore
import Testing

@testable import TenantService

@Suite("Pages for monitoring")
struct HTTPTests {
  @Test("readiness names tenants, their last success and next run, and broken files")
  func readiness() throws {
    var fresh = MetricsTests.tenant("acme")
    fresh.lastSuccess = Timestamp(secondsSince1970: 0)
    var late = MetricsTests.tenant("new")
    (late.lateness, late.isRunning, late.isWaiting) = (.milliseconds(12_300), true, true)
    let report = MetricsTests.report([fresh, late], broken: ["bad"])
    #expect(
      try Readiness(report).json == """
        {"brokenFiles":["bad"],"differingFiles":[],"folderBroken":false,"ready":true,"tenants":[\
        {"lastSuccess":"1970-01-01T00:00:00Z","late":0,"nextRun":"1970-01-01T00:16:40Z",\
        "running":false,"tenant":"acme","waiting":false},\
        {"lastSuccess":null,"late":12,"nextRun":"1970-01-01T00:16:40Z","running":true,\
        "tenant":"new","waiting":true}]}

        """)
  }

  @Test(
    "loopback addresses are taken",
    arguments: [
      ("127.0.0.1:8480", "127.0.0.1", 8480), ("127.8.0.255:0", "127.8.0.255", 0),
      ("[::1]:80", "::1", 80), ("localhost:65535", "localhost", 65535),
    ])
  func loopback(text: String, host: String, port: Int) throws {
    let address = try #require(Loopback(text))
    #expect(address.host == host && address.port == port)
  }

  @Test(
    "others are not",
    arguments: [
      "0.0.0.0:8480", "[::]:8480", "192.0.2.1:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
      "::1:80", "127.1:80", "127.0.0.256:80", "127.0.0.1.example.com:80", "localhost.evil:80",
      ":80", "[127.0.0.1]:80", "", "127.0.0.1:-1",
    ])
  func refused(text: String) { #expect(Loopback(text) == nil) }
}
