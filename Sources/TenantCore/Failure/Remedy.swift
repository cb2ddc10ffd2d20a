/// What somebody can do about a state or a failure. Front ends phrase it: as a command, a button, a path.
package enum Remedy: Sendable, Hashable {
  // MARK: Links

  /// Link the two by hand (U4).
  case link
  case unlink
  /// Unlink the holder, then link by hand.
  case unlinkAndLink
  /// Allow an unlinked pair again (U3).
  case relink
  /// Name the tenant user instead of the directory user.
  case nameUser

  // MARK: Runs

  case sync
  /// Run once although more changes than the limits allow (T3).
  case allowLargeChange
  case testConnection

  // MARK: Reviews

  /// Open a review first.
  case openReview
  /// Decide what is left, or sign without.
  case decideOrAllow
  /// Look at the rounds.
  case showReviews
  /// Look at the rows that need a decision.
  case showAttention

  // MARK: Looking things up

  case showRows
  case showUsers
  case showHistory
  case showTenants

  // MARK: Access

  case showAccess
  case replacePassword

  // MARK: Plugins

  case showPlugins
  case newPlugin
  case sealPlugin(folder: String)
  case checkPlugin(folder: String)

  // MARK: The store

  /// Make the tables and rights that this version needs, as their owner.
  case prepareStore
  /// Replace what is left of a tenant that has moved away.
  case replaceMoved
}

extension Remedy {
  /// A message and, behind it, what helps: the form in which all front doors say it.
  ///
  /// - Parameter clause: the front door's words; nil if it has none.
  package static func sentence(
    _ message: String, _ remedy: Remedy?, _ clause: (Remedy) -> String?
  ) -> String {
    guard let clause = remedy.flatMap(clause) else { return message }
    return "\(message); \(clause)"
  }
}
