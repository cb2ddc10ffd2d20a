internal import ArgumentParser
internal import Logging
internal import TenantService
internal import Workbench

/// The service: keeps the snapshots of all tenants fresh.
@main
struct TenantD: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenantd",
    abstract: "Keeps the snapshots of all tenants fresh that its user may administer.",
    discussion: """
      Each tenant is synchronized at the interval that its file names. SIGHUP reads the tenant \
      files anew; SIGTERM and SIGINT end the service when no run writes any more.

      Example:
        tenantd --tenants /etc/tenantctl/tenants --state /var/lib/tenantctl
        curl http://127.0.0.1:8480/metrics

      Exit codes: 0 ended by a signal, 64 usage, 70 internal failure, such as an address that is \
      taken, 78 the folder of tenant files cannot be read, 130 ended at once by a second signal.
      """,
    version: "1.0.0")

  @OptionGroup(title: "Installation") var options: InstallationOptions

  @Option(
    help: ArgumentHelp(
      "Where monitoring asks for /healthz, /readyz and /metrics: a loopback address and a port.",
      valueName: "address"))
  var address = "127.0.0.1:8480"

  @Option(help: ArgumentHelp("How many tenants at once, 1 to 64.", valueName: "n")) var jobs = 2

  @Option(
    help: ArgumentHelp(
      "A program, run without a shell, that is told of trouble: JSON on its standard input.",
      valueName: "program"))
  var notifyCommand: String?

  @Option(
    help: ArgumentHelp(
      "Where the same JSON is posted: an https URL, or http to a loopback address.",
      valueName: "url"))
  var notifyURL: String?

  @Option(help: ArgumentHelp("How the log looks: text, json.", valueName: "format"))
  var logFormat = LogFormat.text

  func validate() throws {
    guard Loopback(address) != nil else {
      throw ValidationError(
        "--address takes a loopback address and a port, such as 127.0.0.1:8480 or [::1]:8480")
    }
    guard (1...64).contains(jobs) else {
      throw ValidationError("--jobs takes a number from 1 to 64")
    }
    if let notifyURL, NotificationURL(notifyURL) == nil {
      throw ValidationError(
        "--notify-url takes an https URL, or an http URL of a loopback address, without a password")
    }
  }

  func run() async throws {
    guard let loopback = Loopback(address) else { return }
    var daemon = TenantDaemon(options.installation, address: loopback)
    daemon.jobs = jobs
    daemon.notifyCommand = notifyCommand
    daemon.notifyURL = notifyURL.flatMap(NotificationURL.init)
    daemon.logFormat = logFormat
    do {
      try await daemon.run()
    } catch let failure as ServiceFailure {
      throw ExitCode(failure.code.rawValue)
    }
  }
}

extension LogFormat: ExpressibleByArgument {}
