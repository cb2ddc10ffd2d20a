internal import Administration

/// A secret of one process, gone with it.
package struct SecretInMemory: ServiceSecretKeeping {
  private let secret = RandomBytes.make()

  package init() {}

  package func serviceSecret() -> [UInt8] { secret }
}

/// Bytes that nobody can guess.
enum RandomBytes {
  /// 256 bits of the system's generator, getrandom(2).
  static func make() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}
