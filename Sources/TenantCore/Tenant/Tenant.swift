package import PluginContract

/// The value of a matcher's option.
package typealias OptionSetting = OptionValue

/// One customer, as its tenant file describes it. Nothing crosses tenants.
package struct Tenant: Sendable, Equatable {
  /// The name: the file's name without its extension, `[a-z0-9-]{1,63}`.
  package var name: String
  /// The name for people; the name itself if the file has none.
  package var displayName: String
  /// The directories, in the file's order; may be empty (R6).
  package var directories: [Directory]
  /// Where the application's users come from.
  package var users: UsersSource
  /// How users are matched.
  package var matching: Matching
  /// How a run behaves.
  package var synchronization: Synchronization
  /// How reviews are signed.
  package var reviews: ReviewSettings
  /// The outside plugins that the tenant trusts in one version only: the name, and the SHA-256 of
  /// the program in lower case hexadecimal.
  package var pluginHashes: [String: String]

  /// Makes a tenant.
  package init(
    name: String, displayName: String? = nil, directories: [Directory] = [],
    users: UsersSource = .store, matching: Matching = Matching(),
    synchronization: Synchronization = Synchronization(),
    reviews: ReviewSettings = ReviewSettings(), pluginHashes: [String: String] = [:]
  ) {
    self.name = name
    self.displayName = displayName ?? name
    self.directories = directories
    self.users = users
    self.matching = matching
    self.synchronization = synchronization
    self.reviews = reviews
    self.pluginHashes = pluginHashes
  }
}

/// Where the application's users come from.
package enum UsersSource: Sendable, Equatable {
  /// The store, filled by `users import`.
  case store
  /// A CSV file (absolute path), read at each run.
  case csv(path: String)
}

/// The matcher of a tenant and its options.
package struct Matching: Sendable, Equatable {
  /// One matcher with its options.
  package struct Strategy: Sendable, Equatable {
    /// The matcher's name.
    package var matcher: String
    /// The options that the file names; their types are the declared ones, or for a matcher that is
    /// installed but refused those that they look like.
    package var options: [String: OptionSetting]

    /// Makes a strategy.
    package init(matcher: String, options: [String: OptionSetting] = [:]) {
      self.matcher = matcher
      self.options = options
    }
  }

  /// The tenant's matcher.
  package var matcher: Strategy
  /// The tiers of a matcher that combines others; empty otherwise.
  package var strategies: [Strategy]
  /// How tiers are combined.
  package var mode: TierMode

  /// Makes a matching; the vendor's default is the Windows login (M4).
  package init(
    matcher: Strategy = Strategy(matcher: "login"), strategies: [Strategy] = [],
    mode: TierMode = .first
  ) {
    self.matcher = matcher
    self.strategies = strategies
    self.mode = mode
  }
}

/// How a run behaves.
package struct Synchronization: Sendable, Equatable {
  /// What a blank value in the directory does to the tenant's value (S3).
  package enum BlankValues: String, Sendable, CaseIterable {
    case keep, clear
  }

  /// After how many intervals without a complete run a snapshot is stale.
  package static let intervalsUntilStale = 3

  /// The time between two runs of the service.
  package var interval: Duration
  /// What blank values do.
  package var blankValues: BlankValues
  /// When a run is refused.
  package var limits: Limits

  /// How old a snapshot may become before it is stale.
  package var longestAge: Duration { interval * Self.intervalsUntilStale }

  /// Makes the settings; the defaults are those of tenant-file.md.
  package init(
    interval: Duration = .seconds(15 * 60), blankValues: BlankValues = .keep,
    limits: Limits = Limits()
  ) {
    self.interval = interval
    self.blankValues = blankValues
    self.limits = limits
  }
}

/// How reviews are signed.
package struct ReviewSettings: Sendable, Equatable {
  /// Who may sign (V5).
  package enum Signer: String, Sendable, CaseIterable {
    case any
    /// Somebody who decided nothing in the round.
    case other
  }

  /// Who may sign.
  package var signer: Signer

  /// Makes the settings; the default is that of tenant-file.md.
  package init(signer: Signer = .any) { self.signer = signer }
}

/// When a run is refused (T3): shares in percent, which count from 100 rows up.
package struct Limits: Sendable, Equatable {
  /// The largest drop of directory users against the last snapshot.
  package var maxDropPercent: Int
  /// The most changed users, as a share of the links that stood before the run.
  package var maxUpdatesPercent: Int
  /// The most new links, as a share of the links that stood before the run.
  package var maxNewLinksPercent: Int
  /// The largest drop of tenant users in a users file against the last complete run.
  package var maxUserDropPercent: Int

  /// Makes limits.
  package init(
    maxDropPercent: Int = 20, maxUpdatesPercent: Int = 20, maxNewLinksPercent: Int = 50,
    maxUserDropPercent: Int = 20
  ) {
    self.maxDropPercent = maxDropPercent
    self.maxUpdatesPercent = maxUpdatesPercent
    self.maxNewLinksPercent = maxNewLinksPercent
    self.maxUserDropPercent = maxUserDropPercent
  }
}
