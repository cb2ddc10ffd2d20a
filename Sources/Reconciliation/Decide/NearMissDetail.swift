internal import PluginContract
internal import TenantCore

/// What a near miss says beside its kind: the user's value, and the characters that a person cannot
/// see or tell apart, by their code points.
struct NearMissDetail {
  let kind: NearMissKind
  let fields: [TenantField]
  /// Both as read.
  let directoryValue: String
  let tenantValue: String

  /// The most pairs or characters that are named.
  private static let namedLimit = 3
  /// The longest text that is looked through, in code points.
  private static let lengthLimit = 256

  /// `email 'o’brien@acme.example', with ’ (U+2019) for ' (U+0027)`.
  var text: String {
    let field = fields.map(\.rawValue).joined(separator: "+")
    let characters =
      switch kind {
      case .whitespace: invisible
      case .lookAlike: pairs
      default: [String]()
      }
    return NearestUser.Detail(
      field: field, value: tenantValue,
      characters: characters.isEmpty ? nil : characters.joined(separator: ", ")
    ).text
  }

  // MARK: - Spaces

  /// White space that is no plain space, and invisible characters, of either value.
  private var invisible: [String] {
    let here = unusual(directoryValue).map { "\($0) in the directory" }
    return Array((unusual(tenantValue) + here).prefix(Self.namedLimit))
  }

  private func unusual(_ text: String) -> [String] {
    var found: [String] = []
    for scalar in text.unicodeScalars.prefix(Self.lengthLimit) where scalar != " " {
      let name = CodePoint(scalar).number
      let isPassedOver = Likeness.withoutSpaces(Array(String(scalar).utf8)[...]).isEmpty
      if isPassedOver, !found.contains(name) { found.append(name) }
    }
    return found
  }

  // MARK: - Look-alikes

  /// The characters of the user's value that stand where the directory has others. The texts are
  /// compared from their ends, so that a domain before one of them does not matter.
  private var pairs: [String] {
    var (ours, theirs) = (pieces(directoryValue), pieces(tenantValue))
    var found: [String] = []
    while var here = ours.popLast(), var there = theirs.popLast() {
      // A ligature stands for several characters.
      while here.plain != there.plain {
        if here.plain.count < there.plain.count, let more = ours.popLast() {
          here = more + here
        } else if there.plain.count < here.plain.count, let more = theirs.popLast() {
          there = more + there
        } else {
          return named(found)
        }
      }
      let pair = "\(there.description) for \(here.description)"
      if here.canonical != there.canonical, !found.contains(pair) { found.append(pair) }
    }
    return named(found)
  }

  private func named(_ found: [String]) -> [String] {
    Array(found.reversed().prefix(Self.namedLimit))
  }

  /// A character with what it looks like.
  private struct Piece {
    var characters: String
    var canonical: String
    var plain: [UInt8]

    var description: String {
      characters.unicodeScalars.map { CodePoint($0).description }.joined(separator: " ")
    }

    static func + (one: Piece, other: Piece) -> Piece {
      Piece(
        characters: one.characters + other.characters, canonical: one.canonical + other.canonical,
        plain: one.plain + other.plain)
    }
  }

  /// The characters of a text but its spaces.
  private func pieces(_ text: String) -> [Piece] {
    text.prefix(Self.lengthLimit).compactMap { character -> Piece? in
      let canonical = CanonicalText.of(String(character))
      let plain = Likeness.withoutLookAlikes(Array(canonical.utf8)[...])
      return plain.isEmpty
        ? nil : Piece(characters: String(character), canonical: canonical, plain: plain)
    }
  }
}

/// A character as a person can tell it: itself, if it can be seen, and its number.
private struct CodePoint {
  private let scalar: Unicode.Scalar

  /// Takes a character.
  init(_ scalar: Unicode.Scalar) { self.scalar = scalar }

  /// `U+00A0`.
  var number: String { Hex.codePoint(scalar) }

  /// `’ (U+2019)`; the number alone for what cannot be seen on its own.
  var description: String { isInvisible ? number : "\(scalar) (\(number))" }

  /// True for spaces, controls, marks and what has no picture.
  var isInvisible: Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
      .paragraphSeparator, .nonspacingMark, .enclosingMark, .spacingMark:
      true
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}
