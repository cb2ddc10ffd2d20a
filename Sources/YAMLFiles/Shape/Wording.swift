/// How names and values appear in messages.
package enum Wording {
  /// A key in quotes after a space, or nothing if it does not look like a key: what stands there
  /// may be a secret that lost its place (`{password:secret}`).
  package static func quotedKey(_ key: String) -> String {
    let isKey =
      key.utf8.count <= 40
      && key.unicodeScalars.allSatisfy {
        $0.isASCIILetterOrDigit || "-_.".unicodeScalars.contains($0)
      }
    return isKey && !key.isEmpty ? " '\(key)'" : ""
  }

  /// A value in quotes, shortened and without control characters.
  package static func quoted(_ value: String) -> String {
    let scalars = value.unicodeScalars.prefix(60).map { scalar in
      scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        ? "\u{FFFD}" : scalar
    }
    let text = String(String.UnicodeScalarView(scalars))
    return "'\(text)\(value.unicodeScalars.count > 60 ? "…" : "")'"
  }

  /// `a`, `a or b`, `a, b or c`.
  package static func list(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or \(last)"
  }

  /// The known names for a message about an unknown one, with the nearest if one is near.
  package static func known(_ names: [String], insteadOf unknown: String) -> String {
    let list = names.isEmpty ? "there are none" : "known: " + names.joined(separator: ", ")
    guard let nearest = nearest(to: unknown, among: names) else { return list }
    return "did you mean '\(nearest)'? \(list)"
  }

  /// The name with the fewest edits, if they are few enough to be a slip.
  private static func nearest(to unknown: String, among names: [String]) -> String? {
    let folded = unknown.lowercased()
    guard folded.utf8.count <= 40 else { return nil }
    let distances = names.map { (name: $0, edits: edits(folded, $0.lowercased())) }
    let best = distances.min { $0.edits < $1.edits }
    guard let best, best.edits <= max(1, min(3, (folded.count + 1) / 3)) else { return nil }
    return best.name
  }

  /// Levenshtein's distance: insertions, deletions and substitutions.
  private static func edits(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in right.indices {
        let substitution = diagonal + (character == right[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}

extension Unicode.Scalar {
  /// One of `0-9A-Za-z`.
  package var isASCIILetterOrDigit: Bool {
    isASCII && (properties.isAlphabetic || properties.numericType != nil)
  }
}
