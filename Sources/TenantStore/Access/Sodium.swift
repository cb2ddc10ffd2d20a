internal import Authorization
internal import CSodium
internal import Glibc

/// What is used of libsodium: the only file that calls it.
enum Sodium {
  /// Argon2id's passes and memory: what its authors call interactive, above what RFC 9106, section 4,
  /// and OWASP ask at least of a sign-in. They are part of the access file's format.
  private static let passes = UInt64(crypto_pwhash_argon2id_opslimit_interactive())
  private static let memory = Int(crypto_pwhash_argon2id_memlimit_interactive())
  private static let hashSize = Int(crypto_pwhash_argon2id_strbytes())

  /// Begins once; 1 says that it had begun already.
  private static let isReady = sodium_init() >= 0

  /// A password's hash as text, with its parameters and a salt of its own.
  ///
  /// It takes a processor for about a tenth of a second, and 64 MiB.
  static func passwordHash(_ password: Password) throws -> String {
    guard isReady else { throw unusable }
    var text = [CChar](repeating: 0, count: hashSize)
    let characters = password.bytes.map { CChar(bitPattern: $0) }
    let result = unsafe crypto_pwhash_argon2id_str(
      &text, characters, UInt64(characters.count), passes, memory)
    guard result == 0 else { throw outOfMemory }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// True if the hash is of this password; the time does not tell where they differ.
  static func isHash(_ hash: String, of password: Password) throws -> Bool {
    guard isReady else { throw unusable }
    guard let text = characters(of: hash) else { return false }
    let characters = password.bytes.map { CChar(bitPattern: $0) }
    errno = 0
    let result = unsafe crypto_pwhash_argon2id_str_verify(
      text, characters, UInt64(characters.count))
    if result != 0, errno == ENOMEM { throw outOfMemory }
    return result == 0
  }

  /// True for a hash that ``passwordHash(_:)`` could have made: of these parameters and no others, so
  /// that a planted one cannot ask for all memory.
  static func isPasswordHash(_ hash: String) -> Bool {
    guard isReady, hash.hasPrefix("$argon2id$v=19$m=65536,t=2,p=1$"),
      let text = characters(of: hash)
    else { return false }
    return unsafe crypto_pwhash_argon2id_str_needs_rehash(text, passes, memory) == 0
  }

  /// The SHA-256 of bytes.
  static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_bytes()))
    unsafe crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
    return digest
  }

  /// True if the bytes are the same; the time does not tell where they differ.
  static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe sodium_memcmp(left, right, left.count) == 0
  }

  /// A hash in the fixed size that libsodium reads; nil if it is longer.
  private static func characters(of hash: String) -> [CChar]? {
    let bytes = hash.utf8.map { CChar(bitPattern: $0) }
    guard bytes.count < hashSize else { return nil }
    return bytes + [CChar](repeating: 0, count: hashSize - bytes.count)
  }

  private static let unusable = StoreError(
    .store, "libsodium cannot start: it finds no random numbers; check /dev/urandom")
  private static let outOfMemory = StoreError(
    .store, "a password cannot be checked: 64 MiB of memory are needed; free some, or try again")
}

/// A SHA-256 of bytes that come piece by piece.
struct SHA256 {
  private var state = crypto_hash_sha256_state()

  init() { unsafe crypto_hash_sha256_init(&state) }

  mutating func update(_ bytes: [UInt8]) {
    unsafe crypto_hash_sha256_update(&state, bytes, UInt64(bytes.count))
  }

  /// The digest, after which nothing can be added.
  mutating func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_bytes()))
    unsafe crypto_hash_sha256_final(&state, &digest)
    return digest
  }
}
