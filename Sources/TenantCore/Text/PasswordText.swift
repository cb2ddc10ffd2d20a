/// What is wrong with the bytes of a file, variable or program that should hold a password.
///
/// Windows programs save text with marks or in encodings of their own, which nobody sees; sent to a
/// directory such a password is just a wrong one, and each try counts towards a lockout.
package enum PasswordText {
  /// The most bytes that are read; all of them are looked at.
  package static let maximumBytes = 4096

  /// What is wrong and what to do, never a part of the bytes; nil if nothing is.
  ///
  /// - Parameter whyNotEmpty: what an empty password would do.
  package static func problem(
    of bytes: some BidirectionalCollection<UInt8>,
    whyNotEmpty: String = "a bind with an empty password would be an anonymous one"
  ) -> String? {
    let start = Array(bytes.prefix(3))
    if start == [0xEF, 0xBB, 0xBF] {
      return "begins with a byte order mark, which would be sent as a part of the password; "
        + "save it as UTF-8 without BOM"
    }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
      return "is in UTF-16; save it as UTF-8 without BOM"
    }
    if bytes.contains(0) {
      return "holds a zero byte, as text in UTF-16 does; save it as UTF-8 without BOM"
    }
    if bytes.count >= maximumBytes {
      return "is longer than \(maximumBytes - 1) bytes; leave nothing but the password in it"
    }
    let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
    if line.isEmpty {
      return "is empty, and \(whyNotEmpty); "
        + "put the account's password there, in the first line"
    }
    if String(validating: Array(line), as: UTF8.self) == nil {
      return
        "is not in UTF-8, so a letter beyond ASCII would be sent wrongly; save it as UTF-8"
    }
    return nil
  }
}
