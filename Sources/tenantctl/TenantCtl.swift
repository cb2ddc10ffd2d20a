internal import ArgumentParser
internal import Dispatch
internal import Wiring

/// The program. It begins without a task: the first one needs a thread, which the system may not give.
@main
enum Program {
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    Outcome.checkNeeds(words)
    Task { await Outcome.run(words) }
    dispatchMain()
  }
}

/// Words to a command, the command's outcome to an exit code.
struct TenantCtl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenantctl",
    abstract: "Which users of a tenant's Active Directory are matched, which are not, and why.",
    discussion: """
      Example:
        tenantctl users import acme users.csv
        tenantctl sync acme
        tenantctl review acme --filter not-matched
        tenantctl explain acme jdoe
        tenantctl export acme --output acme.csv

      Global options may come before or after a command's own arguments. Shell completion: \
      tenantctl --generate-completion-script bash|zsh|fish

      Exit codes: 0 done, 1 --check found changes, 64 usage, 65 refused by a limit, 66 something \
      named does not exist or is taken, 69 directory unavailable, 70 plugin or internal failure, \
      74 store or output file, 75 run incomplete or none yet, 77 permission denied, 78 invalid \
      tenant file or users file, 130 interrupted. With several tenants, the highest code.
      """,
    version: ProductVersion.current,
    subcommands: [
      Overview.self, Sync.self, Review.self, Reviews.self, Export.self, Explain.self, Link.self,
      Unlink.self,
      Relink.self, Links.self, Users.self, TestConnection.self, Tenants.self, Access.self,
      History.self,
      Plugins.self, Store.self,
    ])

  /// The parser takes them wherever they stand, and gives them to the command that is run.
  @OptionGroup(title: "Global options") var global: GlobalOptions
}
