internal import TenantCore

/// What a user can do, as the pages say it: buttons, other pages.
enum PageRemedy {
  /// What follows a failure's message; nil if pages have nothing for it.
  static func clause(_ remedy: Remedy) -> String? {
    switch remedy {
    case .link: "link the right one with 'Link to…'"
    case .unlink: "'Unlink' makes it editable"
    case .relink: "'Allow again' allows the pair"
    case .nameUser: "unlink on the user's page"
    case .allowLargeChange: "if this is right, allow the large change once and sync again"
    case .sync: "sync first"
    case .testConnection: "then test the connection on the page Configuration"
    case .showRows: "the table shows them"
    case .showUsers: "the page Users shows them"
    case .showHistory: "the page History shows what was unlinked"
    case .openReview: "open one on the page Reviews"
    case .decideOrAllow: "decide on them, or sign although rows are undecided"
    case .showReviews: "the page Reviews lists them"
    case .showAttention, .unlinkAndLink, .showTenants, .showAccess,
      .replacePassword, .showPlugins, .newPlugin,
      .sealPlugin, .checkPlugin, .prepareStore, .replaceMoved:
      nil
    }
  }

  /// A message with what follows it.
  static func sentence(_ message: String, _ remedy: Remedy?) -> String {
    Remedy.sentence(message, remedy, clause)
  }

  /// The buttons for the next step of a row; nil if there is none.
  static func buttons(_ remedy: Remedy) -> String? {
    switch remedy {
    case .link: "Link to…"
    case .unlink: "Unlink"
    case .unlinkAndLink: "Unlink, Link to…"
    case .relink: "Allow again"
    default: nil
    }
  }
}

extension WebFailure {
  /// The message, and the remedy for a reader of a page.
  var onPage: String { PageRemedy.sentence(message, remedy) }
}
