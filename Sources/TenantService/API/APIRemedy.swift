internal import TenantCore

/// What a caller can do, as the API says it: paths below the tenant's, members of bodies.
enum APIRemedy {
  /// What follows a failure's message; nil if the API has nothing for it.
  static func clause(_ remedy: Remedy) -> String? {
    switch remedy {
    case .link: "link the right one: POST …/links/link"
    case .unlink: "unlink it first: POST …/links/unlink"
    case .relink: "allow the pair: POST …/links/allow-again"
    case .allowLargeChange: "if this is right, run again with \"allowLargeChange\": true"
    case .sync: "run first: POST …/runs"
    case .testConnection: "POST …/directories/DOMAIN/test-connection finds out why"
    case .showRows: "GET …/review lists them"
    case .showUsers: "GET …/users lists them"
    case .showHistory: "GET …/changes lists what was unlinked"
    case .openReview: "open one: POST …/reviews"
    case .decideOrAllow: "decide on them, or sign with \"allowUndecided\": true"
    case .showReviews: "GET …/reviews lists them"
    case .showAttention, .unlinkAndLink, .nameUser, .showTenants,
      .showAccess, .replacePassword, .showPlugins,
      .newPlugin, .sealPlugin, .checkPlugin, .prepareStore, .replaceMoved:
      nil
    }
  }
}

extension WebFailure {
  /// The message, and the remedy for a caller of the API.
  var inAPI: String { Remedy.sentence(message, remedy, APIRemedy.clause) }
}
