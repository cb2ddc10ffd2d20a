import ArgumentParser
import Logging
import PluginHost
import Testing
import Wiring

@testable import tenantd

@Suite("The words of tenantd")
struct TenantDTests {
  @Test("without words it watches the usual installation at the usual address")
  func defaults() throws {
    let daemon = try TenantD.parse([])
    #expect(daemon.address == "127.0.0.1:8480")
    #expect(daemon.jobs == 2)
    #expect(daemon.logFormat == .text)
  }

  @Test(
    "what cannot be is a usage error",
    arguments: [
      ["--address", "0.0.0.0:8480"], ["--address", "192.0.2.1:80"],
      ["--address", "example.com:80"], ["--address", "127.0.0.1"], ["--jobs", "0"],
      ["--jobs", "65"], ["--plugin-timeout", "0"],
      ["--plugins", "/no/such/folder"], ["--notify-url", "http://example.com/hook"],
      ["--notify-url", "https://user:secret@example.com/"], ["--log-format", "xml"], ["acme"],
      ["--store", "mysql://db/t"], ["--store", "postgresql://me:secret@localhost/t"],
      ["--store", "postgresql://db.example/t?sslmode=require"],
      ["--store-password-file", "secret"], ["--store", "sqlite:D", "--state", "S"],
    ])
  func refused(words: [String]) {
    let error = #expect(throws: (any Error).self) { try TenantD.parse(words) }
    if let error { #expect(TenantD.exitCode(for: error) == .validationFailure) }
  }

  @Test("the options of the installation mean what they mean to tenantctl")
  func installation() throws {
    let daemon = try TenantD.parse([
      "--tenants", "T", "--state", "S", "--plugin-timeout", "5", "--log-level", "debug",
    ])
    let installation = daemon.options.installation
    #expect(installation.tenantsPath == "T")
    #expect(installation.statePath == "S")
    #expect(installation.pluginLimits.answerTime == .seconds(5))
    #expect(installation.logLevel == .debug)
  }

  @Test(
    "pages are served on loopback, or with a certificate",
    arguments: [
      ["--listen", "0.0.0.0:8443"], ["--listen", "[::]:8443"],
      ["--listen", "tenants.example:8443"],
      ["--listen", "127.0.0.1"], ["--listen", "::1:80"],
      ["--listen", "127.0.0.1:8443", "--tls-key", "key.pem"],
      ["--listen", "127.0.0.1:8443", "--tls-certificate", "chain.pem"],
      ["--tls-certificate", "chain.pem", "--tls-key", "key.pem"],
      ["--trusted-proxy", "127.0.0.1"],
      ["--base-path", "/ad"],
      ["--listen", "127.0.0.1:8481", "--base-path", "ad"],
      ["--listen", "127.0.0.1:8481", "--base-path", "/"],
      ["--listen", "127.0.0.1:8481", "--base-path", "/a/../b"],
      ["--listen", "127.0.0.1:8481", "--base-path", "/a b"],
      ["--listen", "127.0.0.1:8481", "--trusted-proxy", "10.0.0.0/8"],
      ["--listen", "127.0.0.1:8481", "--trusted-proxy", "proxy.example"],
      ["--listen", "127.0.0.1:8481", "--trusted-proxy", "::"],
    ])
  func wrongListening(words: [String]) throws {
    #expect(throws: (any Error).self) { try TenantD.parse(words) }
  }

  @Test(
    "right addresses are taken",
    arguments: [
      ["--listen", "127.0.0.1:8481"], ["--listen", "[::1]:0"], ["--listen", "localhost:8481"],
      ["--listen", "0.0.0.0:8443", "--tls-certificate", "chain.pem", "--tls-key", "key.pem"],
      ["--listen", "127.0.0.1:8481", "--trusted-proxy", "127.0.0.1", "--trusted-proxy", "::1"],
    ])
  func rightListening(words: [String]) throws { _ = try TenantD.parse(words) }

  @Test("the help has an example and the exit codes")
  func help() {
    let help = TenantD.helpMessage()
    #expect(help.contains("Examples:\n") && help.contains("Exit codes: 0 "))
  }
}
