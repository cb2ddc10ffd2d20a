internal import TenantCore

/// The fields in which somebody decides, as they stand.
struct DecisionFields: Sendable {
  /// The longest note, and the longest name of who is to fix something: in UTF-8 no longer than what is kept.
  static let longestText = ReviewDecision.Wish.maximumTextBytes / 4

  let isConfirmed: Bool
  let isException: Bool
  let isToFix: Bool
  let note: String
  let until: String
  let assignee: String
  /// True if the key for *confirmed* sends the form at once.
  let isQuick: Bool

  /// What was decided before; *confirmed* if nothing was.
  init(_ wish: ReviewDecision.Wish? = nil, isQuick: Bool = false) {
    let kind = wish?.kind ?? .confirmed
    isConfirmed = kind == .confirmed
    isException = kind == .exception
    isToFix = kind == .toFix
    note = wish?.note ?? ""
    until = wish?.until?.description ?? ""
    assignee = wish?.assignee ?? ""
    self.isQuick = isQuick
  }

  /// What was typed.
  init(_ form: FormFields) {
    let kind = form["decision"].flatMap(ReviewDecision.Kind.init(rawValue:)) ?? .confirmed
    isConfirmed = kind == .confirmed
    isException = kind == .exception
    isToFix = kind == .toFix
    note = form["note"] ?? ""
    until = form["until"] ?? ""
    assignee = form["for"] ?? ""
    isQuick = false
  }
}

/// What a form says about a decision.
struct TypedDecision: Sendable {
  let wish: ReviewDecision.Wish
  /// What is missing or wrong, as a sentence; nil if nothing is.
  let problem: String?

  /// A last day counts for an exception only, and a name for what is to be fixed: a page shows no other fields.
  init(_ form: FormFields, at moment: Timestamp) throws {
    let name = form["decision"] ?? ""
    guard let kind = ReviewDecision.Kind(rawValue: name) else {
      throw FormFields.unknown(
        "decision", name, known: ReviewDecision.Kind.allCases.map(\.rawValue))
    }
    let typedDay = kind == .exception ? form["until"] : nil
    let day = typedDay.flatMap { Day($0) }
    wish = ReviewDecision.Wish(
      kind, note: form["note"], until: day, assignee: kind == .toFix ? form["for"] : nil)
    problem =
      switch kind {
      case .exception where wish.note == nil: "An exception needs a note that says why."
      case .toFix where wish.note == nil: "What is to be fixed needs a note that says what."
      case _ where typedDay != nil && day == nil:
        "'\(typedDay ?? "")' is no day; write it as 2026-12-31."
      default: wish.problem(at: moment)?.asSentence
      }
  }
}

extension ReviewDecision {
  /// What was decided, by whom and when, in a few words.
  var inWords: String { "\(wish.inWords) (\(actor), \(Day(of: at)))" }
}

extension ReviewDecision.Wish {
  /// What is decided, as a page says it.
  var inWords: String {
    let end = until.map { " until \($0)" } ?? ""
    let assignee = assignee.map { " for \($0)" } ?? ""
    let why = note.map { ": \($0)" } ?? ""
    return switch kind {
    case .confirmed: "Confirmed\(why)"
    case .exception: "Exception\(end)\(why)"
    case .toFix: "To fix\(assignee)\(why)"
    }
  }
}
