internal import PluginContract

extension Reading where Value == String {
  /// A name that is also a file's or a folder's.
  package static var plainName: Reading {
    text(pattern: PlainName.pattern) { PlainName.complaint(about: $0) }
  }

  /// A SHA-256 in hexadecimal, in either case; the answer is in lower case.
  ///
  /// One without letters is a number to YAML, and still a hash here.
  ///
  /// - Parameter remedy: who prints or writes the right one.
  package static func sha256(remedy: String) -> Reading {
    Reading(shape: .text(pattern: "^[0-9A-Fa-f]{64}$")) { input in
      guard case .scalar(let text, _) = input.node.content, text.utf8.count == 64,
        text.utf8.allSatisfy(Hex.isDigit)
      else { return input.refuse("\(input.name) must be 64 hexadecimal digits; \(remedy)") }
      return text.lowercased()
    }
  }
}
