import ArgumentParser
import Testing

@testable import tenantctl

@Suite("Help")
struct HelpTests {
  static let commands: [any ParsableCommand.Type] =
    [
      TenantCtl.self, UsersImport.self, UsersList.self, UsersShow.self, UsersEdit.self,
      TenantsList.self, TenantsValidate.self, TenantsSchema.self, PluginsList.self,
      PluginsShow.self, AccessAdd.self, AccessRemove.self, AccessList.self, AccessToken.self,
      AccessRevoke.self,
    ] + TenantCtl.configuration.subcommands

  @Test("Every command says what it does, shows an example and names its exit codes")
  func complete() {
    for command in Self.commands {
      let configuration = command.configuration
      #expect(!configuration.abstract.isEmpty, "\(command)")
      #expect(configuration.discussion.contains("tenantctl "), "\(command)")
      #expect(configuration.discussion.lowercased().contains("exit codes"), "\(command)")
    }
  }

  @Test("Every command's help fits 80 columns but for its usage line")
  func width() {
    for command in Self.commands {
      let lines = TenantCtl.helpMessage(for: command, columns: 80).split(separator: "\n")
      let long = lines.filter { $0.count > 80 && !$0.hasPrefix("USAGE") }
      #expect(long.isEmpty, "\(command): \(long)")
    }
  }
}
