internal import Administration
internal import Synchronization
internal import TenantCore

/// Which subjects of a round are asked for.
enum RoundShow: String, Sendable, CaseIterable {
  /// Those that need a decision and have none.
  case undecided
  /// Those on whom a decision stands.
  case decided
  case all

  /// Reads what the page and the API call it.
  init(_ fields: FormFields, else other: RoundShow = .undecided) throws {
    self =
      try fields.choice("show", of: Self.allCases.map(\.rawValue)).flatMap(Self.init) ?? other
  }

  func includes(_ item: RoundItem) -> Bool {
    switch self {
    case .undecided: item.mark == .undecided
    case .decided: item.mark == .decided
    case .all: true
    }
  }
}

/// Counts what goes by and lets one page of it through.
final class RoundWindow: Sendable {
  private let place: TablePlace
  private let seen = Mutex(0)

  init(_ place: TablePlace) { self.place = place }

  /// Counts one more; true if it is on the page.
  func includesNext() -> Bool {
    let number = seen.withLock { seen in
      seen += 1
      return seen - 1
    }
    return number >= place.offset && number < place.offset + place.size
  }

  /// How many went by.
  var count: Int { seen.withLock(\.self) }
}
