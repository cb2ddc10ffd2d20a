internal import ArgumentParser
internal import Foundation
internal import Logging
internal import TenantCore
internal import TenantService
internal import Wiring

/// The service: keeps the snapshots of all tenants up to date, and serves the pages and the API.
@main
struct TenantD: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenantd",
    abstract: "Keeps the tenants that its user may administer up to date, and serves their pages.",
    discussion: """
      Each tenant is synchronized at the interval that its file names. SIGHUP reads the tenant \
      files again; SIGTERM and SIGINT stop the service as soon as no run is writing.

      With --listen, people sign in to the page Active Directory Sync in a browser, and scripts \
      use the API under /api/v1 with a token of 'tenantctl access token'.

      Examples:
        tenantd --tenants /etc/tenantctl/tenants --state /var/lib/tenantctl
        tenantd --listen 0.0.0.0:8443 --tls-certificate chain.pem --tls-key key.pem
        tenantd --listen 127.0.0.1:8481 --trusted-proxy 127.0.0.1 --base-path /ad
        curl http://127.0.0.1:8480/metrics

      Exit codes: 0 ended by a signal, 64 usage, 70 internal failure, such as an address that is \
      taken, 78 the folder of tenant files cannot be read, 130 ended at once by a second signal.
      """,
    version: ProductVersion.current)

  /// Begins on the main thread, which is there even if the system gives no others.
  @MainActor static func main() async {
    do {
      try ProcessNeeds.check()
    } catch {
      let failure = Failure(error)
      try? FileHandle.standardError.write(contentsOf: Data("tenantd: \(failure.message)\n".utf8))
      Foundation.exit(failure.kind.exitCode)
    }
    await main(nil)
  }

  @OptionGroup(title: "Installation") var options: InstallationOptions

  @Option(
    help: ArgumentHelp(
      "Where /healthz, /readyz and /metrics are served: a loopback address and a port.",
      valueName: "address"))
  var address = "127.0.0.1:8480"

  @Option(
    help: ArgumentHelp(
      """
      Where the pages and the API are served: a host and a port. Without --tls-certificate a \
      loopback address.
      """, valueName: "address"))
  var listen: String?

  @Option(
    help: ArgumentHelp(
      "The server's certificate and the intermediate certificates, PEM.", valueName: "file"))
  var tlsCertificate: String?

  @Option(help: ArgumentHelp("The certificate's private key, PEM.", valueName: "file"))
  var tlsKey: String?

  @Option(
    help: ArgumentHelp(
      """
      A reverse proxy in front of --listen, whose X-Forwarded-For and X-Forwarded-Proto are trusted: one \
      address, not a range; may be repeated. The client's address is then used for the limits of \
      sign-ins, in the log and in the audit log.
      """, valueName: "address"))
  var trustedProxy: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      The path below which a reverse proxy serves the pages and the API, such as /ad; the proxy leaves it in \
      the requests.
      """, valueName: "path"))
  var basePath: String?

  @Option(help: ArgumentHelp("How many tenants at once, 1 to 64.", valueName: "n")) var jobs = 2

  @Option(
    help: ArgumentHelp(
      "A program, run without a shell, that is notified of problems: JSON on standard input.",
      valueName: "program"))
  var notifyCommand: String?

  @Option(
    help: ArgumentHelp(
      "A URL to post the same JSON to: https, or http to a loopback address.",
      valueName: "url"))
  var notifyURL: String?

  @Option(help: ArgumentHelp("The log's format: text, json.", valueName: "format"))
  var logFormat = LogFormat.text

  func validate() throws {
    guard Loopback(address) != nil else {
      throw ValidationError(
        "--address must be a loopback address and a port, such as 127.0.0.1:8480 or [::1]:8480")
    }
    try validateListening()
    guard (1...64).contains(jobs) else {
      throw ValidationError("--jobs must be a number from 1 to 64")
    }
    if let notifyURL, NotificationURL(notifyURL) == nil {
      throw ValidationError(
        "--notify-url must be an https URL, or http to a loopback address, without a password")
    }
  }

  private func validateListening() throws {
    guard (tlsCertificate == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-certificate and --tls-key go together")
    }
    guard let listen else {
      if tlsCertificate != nil { throw ValidationError("--tls-certificate needs --listen") }
      if basePath != nil { throw ValidationError("--base-path needs --listen") }
      if !trustedProxy.isEmpty { throw ValidationError("--trusted-proxy needs --listen") }
      return
    }
    for address in trustedProxy where TrustedProxies([address]) == nil {
      throw ValidationError(
        "--trusted-proxy must be the proxy's address, such as 127.0.0.1 or ::1, not a range or "
          + "name; '\(address)' is not one")
    }
    if let basePath, BasePath(basePath) == nil {
      throw ValidationError(
        "--base-path must begin with a slash and have letters, digits, '.', '_', '~' and '-' only, such "
          + "as /ad")
    }
    guard let address = ListenAddress(listen) else {
      throw ValidationError(
        "--listen must be a host and a port, such as 127.0.0.1:8481, 0.0.0.0:8443 or [::]:8443")
    }
    guard tlsCertificate != nil || address.isLoopback else {
      throw ValidationError(
        "--listen on '\(address.host)' needs --tls-certificate and --tls-key: without TLS the pages "
          + "are served on loopback only")
    }
  }

  func run() async throws {
    guard let loopback = Loopback(address) else { return }
    var daemon = TenantDaemon(options.installation, address: loopback)
    daemon.listen = listen.flatMap(ListenAddress.init)
    if let tlsCertificate, let tlsKey {
      daemon.certificate = TLSFiles(certificate: tlsCertificate, key: tlsKey)
    }
    daemon.proxies = TrustedProxies(trustedProxy) ?? TrustedProxies()
    daemon.base = basePath.flatMap { BasePath($0) } ?? BasePath()
    daemon.jobs = jobs
    daemon.notifyCommand = notifyCommand
    daemon.notifyURL = notifyURL.flatMap(NotificationURL.init)
    daemon.logFormat = logFormat
    do {
      try await daemon.run()
    } catch let failure as Failure {
      throw ExitCode(failure.kind.exitCode)
    }
  }
}

extension LogFormat: ExpressibleByArgument {}
