/// A tenant's own fractions, so that tenants with one interval do not all run at one moment, and
/// always the same ones, so that a restart changes nothing.
struct Jitter: Sendable, Equatable {
  /// The largest share of an interval that a run is put off by: half of the tenth by which a run may be late (H-P5), so
  /// that as much is left to wait for a place.
  static let largestShare = 0.05

  private var state: UInt64

  /// Seeds the fractions by FNV-1a of the tenant's name.
  init(tenant: String) {
    state = tenant.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// The next part of a duration, at least none of it and less than ``largestShare``.
  mutating func part(of duration: Duration) -> Duration {
    duration * (fraction() * Self.largestShare)
  }

  /// SplitMix64, of which the upper 53 bits fill a `Double`.
  private mutating func fraction() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    return Double(mixed >> 11) / Double(UInt64(1) << 53)
  }
}
