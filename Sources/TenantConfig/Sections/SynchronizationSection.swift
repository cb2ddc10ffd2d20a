import TenantCore
import YAMLFiles

/// The keys of `synchronization`.
enum SynchronizationKeys {
  static let longestInterval = Duration.seconds(168 * 3600)

  static let interval = Key("interval", .duration(.seconds(1)...longestInterval))
  static let blankValues = Key("blankValues", Reading<Synchronization.BlankValues>.choice)
  static let limits = Key("limits", .limits)

  static let shape = ObjectShape(keys: [
    interval.declaration, blankValues.declaration, limits.declaration,
  ])
}

/// The keys of `synchronization.limits` (T3).
enum LimitsKeys {
  static let maxDrop = Key("maxDrop", .percent(upTo: .hundred))
  static let maxUpdates = Key("maxUpdates", .percent(upTo: .hundred))
  static let maxNewLinks = Key("maxNewLinks", .percent(upTo: .thousand))
  static let maxUserDrop = Key("maxUserDrop", .percent(upTo: .hundred))

  static let shape = ObjectShape(keys: [
    maxDrop.declaration, maxUpdates.declaration, maxNewLinks.declaration,
    maxUserDrop.declaration,
  ])
}

extension Reading where Value == Synchronization {
  static var synchronization: Reading {
    .object(SynchronizationKeys.shape) { section in
      let standard = Synchronization()
      return Synchronization(
        interval: section.value(SynchronizationKeys.interval) ?? standard.interval,
        blankValues: section.value(SynchronizationKeys.blankValues) ?? standard.blankValues,
        limits: section.value(SynchronizationKeys.limits) ?? standard.limits)
    }
  }
}

extension Reading where Value == Limits {
  fileprivate static var limits: Reading {
    .object(LimitsKeys.shape) { section in
      let standard = Limits()
      return Limits(
        maxDropPercent: section.value(LimitsKeys.maxDrop) ?? standard.maxDropPercent,
        maxUpdatesPercent: section.value(LimitsKeys.maxUpdates) ?? standard.maxUpdatesPercent,
        maxNewLinksPercent: section.value(LimitsKeys.maxNewLinks) ?? standard.maxNewLinksPercent,
        maxUserDropPercent: section.value(LimitsKeys.maxUserDrop) ?? standard.maxUserDropPercent)
    }
  }
}
