import PluginContract
import Synchronization
import TenantCore
import Testing

@testable import Administration

@Suite("V6: The evidence of a signed round", .timeLimit(.minutes(5)))
struct EvidenceTests {
  private static let moment = Timestamp(secondsSince1970: 1_795_000_000)

  /// Two rows, of which one is an exception, and a vanished link.
  private static func round(previous: String? = nil, note: String = "a service") throws
    -> SignedRound
  {
    let guid = try #require(ObjectGUID(high: 1, low: 2))
    let gone = try #require(ObjectGUID(high: 3, low: 4))
    var rows = RoundRows(domain: "ACME")
    rows.keys = [.guid(guid), .record(Array("CN=x,DC=acme".utf8))]
    rows.states = [.excluded, .linked]
    rows.flags = [.disabled, []]
    rows.marks = [.decided, .bySignature]
    for texts in [
      ("=svc", nil, nil, "rule:exclude.logins"), ("jsmith", "j@x", "jsmith", "login-exact"),
    ] as [(String, String?, String?, String)] {
      rows.login.appendRecord(text: texts.0)
      rows.mail.appendRecord(text: texts.1)
      rows.userName.appendRecord(text: texts.2)
      rows.reasonCode.appendRecord(text: texts.3)
    }
    let facts = rows.facts(of: 0)
    let link = VanishedLink(
      link: Link(guid: gone, userID: 1, run: 1, domain: "ACME", login: "gone", userName: "gone"),
      state: .sourceDeleted)
    var counts = ReviewCounts()
    counts.add(rows.subject(of: 0), facts, .decided, nil)
    let mark = ReviewRound.Mark(at: moment, actor: "alice", run: 1, change: 0)
    let all = rows
    return SignedRound(
      tenant: "acme", number: 7, opened: mark, closed: mark, statement: "seen",
      previousDigest: previous,
      details: SignedDetails(
        displayName: "Acme", counts: counts, byState: ["excluded": 1],
        vanishedLinks: [.init(link, .undecided)], decidedUsers: ["spare"],
        reviewers: [
          .init(assignment: "osUser", name: "alice", roles: ["admin"], mayAdminister: true)
        ], configuration: "version: 1\n", snapshotStartedAt: moment, snapshotCompletedAt: moment),
      decisions: [
        .row(.guid(guid)): ReviewDecision(
          .init(.exception, note: note, until: Day("2027-01-01")), actor: "bob", at: moment,
          review: 7, facts: facts),
        .unclaimedUser("spare"): ReviewDecision(
          .init(.exception, note: "a robot"), actor: "bob", at: moment, review: 6,
          facts: .unclaimed),
      ],
      corrections: [
        NumberedChange(
          number: 3,
          change: ChangeRecord(kind: .unlinked, at: moment, actor: "bob", userName: "gone"))
      ],
      rows: { body in try body(all) })
  }

  private func zip(_ round: SignedRound, key: ReviewKey? = nil) async throws -> [UInt8] {
    let bytes = Bytes()
    let documents = try await EvidenceDocuments(round)
    let signature = try key?.sign(digest: documents.digest)
    try await documents.writeZip(signature) { bytes.append($0) }
    return bytes.all
  }

  private func claim(_ bytes: [UInt8]) throws -> EvidenceClaim {
    try EvidenceCheck.claim(size: bytes.count) { count, offset in
      Array(bytes.dropFirst(offset).prefix(count))
    }
  }

  @Test("is accepted as it was written, and is the same bytes whenever it is written")
  func accepted() async throws {
    let round = try Self.round(previous: "ab")
    let bytes = try await zip(round)
    #expect(try await zip(round) == bytes)
    let claim = try claim(bytes)
    #expect(claim.tenant == "acme" && claim.review == 7 && claim.signedBy == "alice")
    #expect(claim.statement == "seen" && claim.previousDigest == "ab")
    #expect(try await claim.digest == EvidenceDocuments(round).digest)
  }

  @Test("signed with a key it is accepted, and with another round's signature refused")
  func key() async throws {
    let key = ReviewKey()
    #expect(try #require(ReviewKey(secret: key.secret)).publicKey == key.publicKey)
    #expect(ReviewKey(secret: [1, 2, 3]) == nil)
    let claim = try claim(await zip(Self.round(), key: key))
    #expect(claim.keySignature?.publicKey == key.publicKey)
    let documents = try await EvidenceDocuments(Self.round())
    let other = try key.sign(digest: String(repeating: "0", count: 64))
    let bytes = Bytes()
    try await documents.writeZip(other) { bytes.append($0) }
    #expect(throws: ZipEntries.Problem.self) { try self.claim(bytes.all) }
  }

  @Test("is refused after any one byte was changed", arguments: [false, true])
  func everyByte(isSigned: Bool) async throws {
    let bytes = try await zip(Self.round(), key: isSigned ? ReviewKey() : nil)
    #expect(bytes.count > 2000)
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0x20
      #expect(throws: ZipEntries.Problem.self, "byte \(place)") { try claim(changed) }
    }
  }

  @Test("is refused cut off, with something behind it, and as nonsense")
  func damaged() async throws {
    let bytes = try await zip(Self.round())
    for count in stride(from: 0, to: bytes.count, by: 13) {
      #expect(throws: ZipEntries.Problem.self) { try claim(Array(bytes.prefix(count))) }
    }
    #expect(throws: ZipEntries.Problem.self) { try claim(bytes + [0]) }
    #expect(throws: ZipEntries.Problem.self) { try claim(Array(repeating: 0xFF, count: 4096)) }
  }

  @Test("has a digest that holds every decision, and the digest of the round before")
  func digests() async throws {
    let digests = [
      try await EvidenceDocuments(Self.round()).digest,
      try await EvidenceDocuments(Self.round(previous: "ab")).digest,
      try await EvidenceDocuments(Self.round(note: "another")).digest,
    ]
    #expect(Set(digests).count == 3 && digests.allSatisfy { $0.count == 64 })
  }

  /// Evidence that was signed years ago has to be found right by later versions: what changes any of these bytes is
  /// another form of it, ``EvidenceDocuments/form``.
  @Test("is the same bytes in every version of the program: form 1")
  func golden() async throws {
    let documents = try await EvidenceDocuments(Self.round(previous: "ab"))
    let digests = documents.documents.first { $0.name == EvidenceDocuments.digestsName }?.bytes
    #expect(EvidenceDocuments.form == 1)
    #expect(
      String(decoding: digests ?? [], as: UTF8.self) == """
        54b707b12054446f381ffc58c80b52f1db3a1a221f050386753480c18dd8c97e  README.txt
        9c094c73d6145efdbd5a2d896205a554128de47dc4704368a533243cac396b77  review.json
        2faeace1e6e8e08c1641937ec049cf5a7887ebb2d67d82600202d56f1e23d746  users.csv
        dfaa7ef4be5f251fa068034ff1e2843e6f2e70f03303070babfc5cd6449d9f81  exceptions.csv
        fc51f193bd1dd181a32cbbb881a0dd88e785159242919c4821b9a37f290543bd  corrections.csv
        2d6c2d449f009b46c8c7451a687adfa7cfdb692fa4ac33848b5c858beb45f70e  reviewers.csv
        09bfcc6a14b83e2192b8673677725c84883ee9cd0c70e45c9ec09daa8f2b2847  configuration.yaml

        """)
    #expect(
      documents.digest == "b517525be51b3c765f40bd7f6b8cfc6702810dee89c7d892f3ae8da9695a860a")
  }

  @Test("says of each row who decided what, and what needed no decision (V1)")
  func users() async throws {
    let documents = try await EvidenceDocuments(Self.round()).documents
    let users = Bytes()
    try await EvidenceTables(Self.round()).writeUsers { _ in
    } to: {
      users.append($0)
    }
    let lines = String(decoding: users.all, as: UTF8.self).split(
      separator: "\r\n" as Character, omittingEmptySubsequences: false
    ).map(String.init)
    #expect(
      lines == [
        "activeDirectoryLogin,smtpAddress,status,state,domain,objectGUID,enabled,locked,expired,"
          + "userName,reasonCode,decision,note,until,for,decidedBy,decidedAt",
        "'=svc,,Not Matched,excluded,ACME,00000000-0000-0100-0000-000000000002,false,false,false,,"
          + "rule:exclude.logins,exception,a service,2027-01-01,,bob,2026-11-18T11:06:40Z",
        "jsmith,j@x,Matched,linked,ACME,,true,false,false,jsmith,login-exact,confirmed,"
          + "by the signature,,,alice,2026-11-18T11:06:40Z", "",
      ])
    func text(_ name: String) -> String {
      String(decoding: documents.first { $0.name == name }?.bytes ?? [], as: UTF8.self)
    }
    let exceptions = text("exceptions.csv")
    #expect(exceptions.contains("a service") && exceptions.contains("unclaimed-user"))
    #expect(text("corrections.csv").contains("unlinked"))
    #expect(text("reviewers.csv").contains("osUser,alice,admin,true"))
    #expect(text("configuration.yaml") == "version: 1\n")
    #expect(text("review.json").contains("\"undecided\":true"))
    #expect(text("digests.txt").split(separator: "\n").count == 7)
  }

  private final class Bytes: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
    var all: [UInt8] { bytes.withLock(\.self) }
  }
}
