package import TenantCore

/// Whom a change of links is about.
package enum LinkTarget: Sendable, Equatable {
  /// A directory user: `login` or `DOMAIN\login`, in any case.
  case login(String)
  /// A tenant user, for links whose directory user is gone.
  case user(String)
  /// A row of the snapshot.
  case row(RowKey)
}

/// One change of links that somebody asks for; a request has any number of them.
package struct LinkWish: Sendable, Equatable {
  /// What is asked for.
  package enum Action: String, Sendable, CaseIterable {
    case link, unlink, relink
  }

  package var action: Action
  package var target: LinkTarget
  /// The tenant user to link to. For the others, whose pair it has to be; nil if that was not said.
  package var userName: String?
  /// Why, if it was said.
  package var reason: String?

  /// Makes a wish; a blank reason is none.
  package init(
    _ action: Action, _ target: LinkTarget, userName: String? = nil, reason: String? = nil
  ) {
    self.action = action
    self.target = target
    self.userName = userName
    self.reason = reason.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
  }
}

/// What a request did or, in a dry run, would do.
package struct LinkChanges: Sendable, Equatable {
  /// What was done with each pair, and what there is to know of it, in the order of the wishes.
  package var sentences: [String] = []
  /// Those of the sentences that tell of unlinks.
  package var unlinked: [String] = []
  /// The pairs that were linked, in the order of the wishes.
  package var pairs: [LinkedPair] = []
  /// The directory user and the tenant user of each pair that was linked or unlinked, in the order of the wishes.
  package var named: [LinkPair] = []
  /// The number of the last change of the request that was undone; nil if none was.
  package var request: Int64?
  /// What is true of all that were unlinked; nil if it was said of the only one.
  package var common: String?
  /// Pairs, by what was done with them.
  package var counts: [LinkWish.Action: Int] = [:]
  /// Lines of a file that ask for nothing.
  package var blank = 0

  /// Nothing.
  package init() {}

  /// All that there is to say, a sentence each.
  package var all: [String] { sentences + (common.map { [$0] } ?? []) }
}

/// Why links cannot be changed by hand: the thing named is not there, or not free.
package struct LinkEditError: Error, Sendable, CustomStringConvertible {
  /// What stands against a wish.
  package struct Problem: Sendable {
    /// The wish's place in the request.
    package var wish: Int
    /// The place of another wish that this one does not go with.
    package var other: Int?
    package var failure: Failure
  }

  /// One for each wish that cannot be done, in the order of the wishes.
  package let all: [Problem]

  /// What stands against the wishes.
  package var problems: [Failure] { all.map(\.failure) }

  /// A line for each.
  package var description: String { problems.map(\.message).joined(separator: "\n") }
}

extension LinkEditError: ClassifiedError {
  package var failure: Failure {
    let remedies = Set(problems.map(\.remedy))
    return Failure(
      .notAvailable, description, remedy: remedies.count == 1 ? problems.first?.remedy : nil)
  }
}
