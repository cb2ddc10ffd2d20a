internal import OperatingSystem
internal import TenantCore
internal import YAMLFiles

/// What a user can do, as the command line says it.
enum CommandRemedy {
  /// What follows a failure's message.
  ///
  /// - Parameter tenant: nil if the failure is about none.
  static func clause(_ remedy: Remedy, tenant: String?) -> String {
    let tenant = tenant.map { " \($0)" } ?? ""
    return switch remedy {
    case .link: "link the right pair with 'tenantctl link'"
    case .unlink: "'tenantctl unlink' makes it editable"
    case .unlinkAndLink: "'tenantctl unlink' and 'tenantctl link' change it"
    case .relink: "'tenantctl relink' allows the pair again"
    case .nameUser: "name the user with --user"
    case .sync: "run 'tenantctl sync\(tenant)' first"
    case .allowLargeChange: "if this is right, run again with --allow-large-change"
    case .openReview: "open one with 'tenantctl reviews open\(tenant)'"
    case .decideOrAllow:
      "'tenantctl reviews show\(tenant)' lists what is left; --allow-undecided signs all the same"
    case .showReviews: "'tenantctl reviews list\(tenant)' shows them"
    case .showAttention: "'tenantctl reviews show\(tenant)' lists them"
    case .testConnection: "then run 'tenantctl test-connection\(tenant)'"
    case .showRows: "'tenantctl review\(tenant)' shows them"
    case .showUsers: "'tenantctl users list\(tenant)' shows them"
    case .showHistory: "'tenantctl history\(tenant)' shows what was unlinked"
    case .showTenants: "'tenantctl tenants list' shows those that you may administer"
    case .showAccess: "'tenantctl access list\(tenant)' shows them"
    case .replacePassword: "use --replace to set a new password"
    case .showPlugins: "see 'tenantctl plugins list --help'"
    case .newPlugin: "'tenantctl plugins new' makes one"
    case .sealPlugin(let folder):
      "if you changed it, run 'tenantctl plugins seal \(FileSafety.shellWord(folder))'"
    case .checkPlugin(let folder):
      "--log-level info shows what it says, 'tenantctl plugins check "
        + "\(FileSafety.shellWord(folder))' what is wrong"
    case .prepareStore: "as the owner of its tables, run 'tenantctl store init', then try again"
    case .replaceMoved: "--replace-moved puts the copy in its place"
    }
  }

  /// A message with what follows it.
  static func sentence(_ message: String, _ remedy: Remedy?, tenant: String? = nil) -> String {
    Remedy.sentence(message, remedy) { clause($0, tenant: tenant) }
  }

  /// The commands for the next step of a row; nil if there is none.
  static func commands(_ remedy: Remedy, tenant: String) -> String? {
    switch remedy {
    case .link: "tenantctl link \(tenant)"
    case .unlink: "tenantctl unlink \(tenant)"
    case .unlinkAndLink: "tenantctl unlink \(tenant), tenantctl link \(tenant)"
    case .relink: "tenantctl relink \(tenant)"
    default: nil
    }
  }
}

extension RunRecord {
  /// Why the run did not complete, and the remedy for somebody at a terminal.
  var messageAtTerminal: String {
    CommandRemedy.sentence(message ?? outcome.rawValue, remedy)
  }
}

extension Failure {
  /// The message, and the remedy for somebody at a terminal.
  func atTerminal(tenant: String?) -> String {
    CommandRemedy.sentence(message, remedy, tenant: tenant)
  }
}
