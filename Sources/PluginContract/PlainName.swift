/// The form of a tenant's and a plugin's name, which is also a file's or a folder's: nothing in it leads
/// out of a folder.
package enum PlainName {
  /// A regular expression for the whole of it.
  package static let pattern = "^[a-z0-9-]{1,63}$"

  /// True for `[a-z0-9-]{1,63}`.
  package static func isPlain(_ name: String) -> Bool {
    (1...63).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
      }
  }

  /// What is wrong with a name, or nil: the rest of the sentence "'key' …".
  package static func complaint(about name: String) -> String? {
    isPlain(name) ? nil : "must be 1 to 63 lower case letters, digits and hyphens"
  }
}
