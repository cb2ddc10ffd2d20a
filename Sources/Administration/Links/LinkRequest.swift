internal import PluginContract
internal import TenantCore

/// A request for changes of links, decided as one: all that it names is looked up at once, what it unlinks is
/// free for what it links, and whatever does not go together is found before anything is written.
struct LinkRequest: Sendable {
  /// What is written, all of it or nothing.
  private(set) var edits: [LinkEdit] = []
  /// What is said of it.
  private(set) var changes = LinkChanges()

  private var state: LinkState
  private let wishes: [LinkWish]
  private var problems: [LinkEditError.Problem] = []
  /// For each wish, the link that it ends.
  private var ends: [Int: Link] = [:]
  /// For each wish, the pair that it makes.
  private var pairs: [Int: LinkState.NewPair] = [:]

  /// Decides.
  ///
  /// - Throws: ``LinkEditError`` that names all that cannot be done.
  init(_ wishes: [LinkWish], _ state: LinkState, actor: String) async throws {
    (self.wishes, self.state) = (wishes, state)
    try await self.state.lookUp(wishes)
    try resolveUnlinks()
    self.state.end(Array(ends.values))
    try await self.state.lookUpHolders(wishes)
    try resolvePairs()
    guard problems.isEmpty else {
      throw LinkEditError(all: problems.sorted { $0.wish < $1.wish })
    }
    try await decide(actor: actor)
  }

  /// Finds what is unlinked; a link that is named twice in the same words ends once.
  private mutating func resolveUnlinks() throws {
    var first: [ObjectGUID: Int] = [:]
    for (number, wish) in wishes.enumerated() where wish.action == .unlink {
      do {
        let link = try state.link(endedBy: wish)
        if let other = first[link.guid] {
          guard wishes[other].reason != wish.reason else { continue }
          throw LinkRefusal("\(state.name(of: link)) is named twice", other: other)
        }
        first[link.guid] = number
        ends[number] = link
      } catch let refusal as LinkRefusal {
        note(refusal, number)
      }
    }
  }

  /// Finds the pairs that are linked, none of which may have a side in common (M9).
  private mutating func resolvePairs() throws {
    var taken = TakenSides(ended: ends)
    for (number, wish) in wishes.enumerated() where wish.action != .unlink {
      do {
        let pair =
          try wish.action == .link ? state.pair(linkedBy: wish) : state.pair(relinkedBy: wish)
        let name = state.name(of: pair.entry)
        switch taken.take(pair, number) {
        case nil: pairs[number] = pair
        case .ended(let other):
          throw LinkRefusal(
            "\(name) is to be unlinked from '\(pair.user.userName)' at the same time", other: other)
        case .same(let other)
        where wishes[other].action == wish.action && wishes[other].reason == wish.reason:
          continue
        case .same(let other), .directoryUser(let other):
          let user = pairs[other]?.user.userName ?? ""
          throw LinkRefusal("\(name) is to be linked to '\(user)' already", other: other)
        case .user(let other):
          let holder = pairs[other].map { state.name(of: $0.entry) } ?? ""
          throw LinkRefusal(
            "the user '\(pair.user.userName)' is to be linked to \(holder) already", other: other)
        }
      } catch let refusal as LinkRefusal {
        note(refusal, number)
      }
    }
  }

  private mutating func note(_ refusal: LinkRefusal, _ number: Int) {
    problems.append(
      LinkEditError.Problem(wish: number, other: refusal.other, failure: refusal.failure))
  }

  private mutating func decide(actor: String) async throws {
    let made = pairs.keys.sorted()
    let taken = try await state.changes(of: made.compactMap { pairs[$0] })
    let takenBy = Dictionary(zip(made, taken)) { first, _ in first }
    for (number, wish) in wishes.enumerated() {
      if let link = ends[number] {
        edits.append(state.unlink(link, actor: actor, comment: wish.reason))
        changes.named.append(LinkPair(.row(.guid(link.guid)), to: link.userName))
        let lead = "\(state.name(of: link)) is unlinked from '\(link.userName)'"
        let sentence =
          ends.count == 1 ? "\(lead): \(LinkState.meaning(ofUnlinking: link))" : lead
        changes.unlinked.append(sentence)
        changes.sentences.append(sentence)
      } else if let pair = pairs[number], let change = takenBy[number] {
        edits.append(state.link(pair, change.user, comment: wish.reason))
        changes.named.append(LinkPair(.row(.guid(pair.guid)), to: pair.user.userName))
        let linked = LinkedPair(pair, change.user, conflicts: change.conflicts)
        changes.pairs.append(linked)
        changes.sentences += linked.sentences
      } else {
        continue
      }
      changes.counts[wish.action, default: 0] += 1
    }
    if ends.count > 1 { changes.common = LinkState.meaning(ofUnlinking: ends.count) }
  }
}

/// The sides of the pairs of a request, each with the wish that takes it.
private struct TakenSides {
  /// What a pair does not go with, by the wish.
  enum Conflict {
    /// The same pair is unlinked.
    case ended(Int)
    case same(Int)
    case directoryUser(Int)
    case user(Int)
  }

  private let ended: [ObjectGUID: (wish: Int, user: String)]
  private var byGUID: [ObjectGUID: (wish: Int, user: String)] = [:]
  private var byUser: [String: Int] = [:]

  init(ended: [Int: Link]) {
    self.ended = Dictionary(
      ended.map { ($0.value.guid, ($0.key, CanonicalText.of($0.value.userName))) }
    ) { first, _ in first }
  }

  /// Takes both sides, if they are free.
  mutating func take(_ pair: LinkState.NewPair, _ wish: Int) -> Conflict? {
    let user = CanonicalText.of(pair.user.userName)
    if let end = ended[pair.guid], end.user == user { return .ended(end.wish) }
    if let other = byGUID[pair.guid] {
      return other.user == user ? .same(other.wish) : .directoryUser(other.wish)
    }
    if let other = byUser[user] { return .user(other) }
    (byGUID[pair.guid], byUser[user]) = ((wish, user), wish)
    return nil
  }
}

/// Why one wish of a request cannot be done.
struct LinkRefusal: Error {
  let failure: Failure
  /// The wish that it does not go with.
  var other: Int?

  init(_ problem: String, remedy: Remedy? = nil, other: Int? = nil) {
    failure = Failure(.notAvailable, problem, remedy: remedy)
    self.other = other
  }
}
