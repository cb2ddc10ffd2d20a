import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

/// What may be true of one row, and what must follow: every combination is asserted (M2, M7, M9,
/// M10, M13, M14, M16, U2).
@Suite("The truth table of one row", .timeLimit(.minutes(5)))
struct TruthTableTests {
  struct Cell: Sendable, CustomStringConvertible {
    var isLinked: Bool
    var hasGUID: Bool
    var candidates: Int
    var isTaken: Bool
    var isReleased: Bool
    var isExcluded: Bool
    var isInvalid: Bool
    var isInactive: Bool
    /// The candidates were unlinked from another directory user.
    var isHeld: Bool
    /// Another user fitted in the last run, and the users file has it no more.
    var isOneGone: Bool

    var description: String {
      let words = [
        (isLinked, "linked"), (hasGUID, "GUID"), (isTaken, "taken"), (isReleased, "released"),
        (isExcluded, "excluded"), (isInvalid, "invalid"), (isInactive, "inactive"),
        (isHeld, "held"), (isOneGone, "one gone"),
      ]
      return "\(candidates) candidates, "
        + words.filter(\.0).map(\.1).joined(separator: ", ")
    }

    static let all: [Cell] = [0, 1, 2].flatMap { candidates in
      (0..<512).map { bits in
        Cell(
          isLinked: bits & 1 != 0, hasGUID: bits & 2 != 0, candidates: candidates,
          isTaken: bits & 4 != 0, isReleased: bits & 8 != 0, isExcluded: bits & 16 != 0,
          isInvalid: bits & 32 != 0, isInactive: bits & 64 != 0, isHeld: bits & 128 != 0,
          isOneGone: bits & 256 != 0)
      }
    }

    /// The rules, in the order of their weight.
    var expected: (state: RowState, code: String) {
      // M2, M7: a link stands, whatever else is true of the record. Without a GUID there is none.
      if isLinked && hasGUID {
        let pointsElsewhere = candidates > 0 && !isInactive
        return (pointsElsewhere ? .linkedStale : .linked, ReasonCode.manual)
      }
      if isExcluded { return (.excluded, "rule:exclude.logins") }
      if !hasGUID { return (.invalid, ReasonCode.missingGUID) }
      if isInvalid { return (.invalid, ReasonCode.undecodable) }
      // M16: who is missing settles nothing.
      if isOneGone { return (.ambiguous, ReasonCode.candidateGone) }
      if candidates == 0 { return (.unmatched, ReasonCode.noCandidate) }
      // U2: a released pair is released before anything else that is true of the user.
      if isReleased { return (.released, ReasonCode.releasedBy) }
      if isInactive { return (.unmatched, ReasonCode.onlyInactiveUser) }
      if isTaken { return (.contested, ReasonCode.takenBy) }
      if isHeld { return (.contested, ReasonCode.held) }
      return candidates == 1 ? (.found, "login-exact") : (.ambiguous, ReasonCode.severalUsers)
    }

    var scenario: Scenario {
      var scenario = Scenario()
      scenario.people = [
        Scenario.Person(
          login: "smith", guid: hasGUID ? 1 : nil,
          fault: !hasGUID ? .missingGUID : isInvalid ? .undecodable(attribute: "mail") : nil,
          exclusion: isExcluded ? .logins : nil)
      ]
      for number in 0..<candidates {
        let name = "user\(number)"
        scenario.users.append(
          Scenario.User(name: name, login: "ACME\\smith", isActive: !isInactive))
        if isTaken { scenario.links.append((100 + number, name)) }
        if isReleased { scenario.releases.append((1, name)) }
        if isHeld { scenario.holds.append((200 + number, name)) }
      }
      if isOneGone { scenario.ambiguities = [1: ["gone", "user0"]] }
      if isLinked && hasGUID {
        scenario.users.append(Scenario.User(name: "holder", login: "ACME\\other"))
        scenario.links.append((1, "holder"))
      }
      return scenario
    }
  }

  @Test("each cell has its state and reason", arguments: Cell.all)
  func cell(_ cell: Cell) async throws {
    let outcome = try #require(try await cell.scenario.plan().outcome(of: "smith"))
    #expect(outcome.state == cell.expected.state)
    #expect(outcome.reason.code == cell.expected.code)
    #expect((outcome.user != nil) == (outcome.state.status == .matched))
  }

  @Test("Matched holds exactly where a link to a user stands or is made (M1, M2)")
  func statusFollowsTheLink() async throws {
    for cell in Cell.all {
      let plan = try await cell.scenario.plan()
      for row in plan.rows { #expect((row.state.status == .matched) == (row.user >= 0)) }
    }
  }
}
