internal import Crypto
internal import Foundation
internal import PluginContract
internal import Synchronization
internal import TenantCore

/// The documents of a signed round, as a zip holds them: the same bytes whenever they are made (V6).
///
/// The form is number 1. The digest of the round is SHA-256 over `digests.txt`, which holds that of every other
/// document, and with it that of the round before, which `review.json` names.
struct EvidenceDocuments: Sendable {
  /// The form of the documents; a change of any byte of them is another one.
  static let form = 1
  static let usersName = "users.csv"
  static let digestsName = "digests.txt"
  static let reviewName = "review.json"
  static let exceptionsName = "exceptions.csv"
  static let correctionsName = "corrections.csv"
  static let reviewersName = "reviewers.csv"
  static let configurationName = "configuration.yaml"
  static let readmeName = "README.txt"
  /// Behind the others, if the installation has a key.
  static let signatureName = "signature.txt"
  /// The names of all documents but the signature, in their order.
  static let names = [
    readmeName, reviewName, usersName, exceptionsName, correctionsName, reviewersName,
    configurationName, digestsName,
  ]

  /// A document; one without bytes is made of rows, which are gone through again.
  struct Document: Sendable {
    let name: String
    let bytes: [UInt8]?
    let measure: EvidenceMeasure
  }

  let round: SignedRound
  let documents: [Document]
  /// SHA-256 over the last document, in lower case hexadecimal.
  let digest: String

  init(_ round: SignedRound) async throws {
    self.round = round
    let users = MeasuredStream()
    let tables = EvidenceTables(round)
    let exceptions = Mutex<[RoundItem]>([])
    try await tables.writeUsers { item in
      if item.decision?.wish.kind == .exception { exceptions.withLock { $0.append(item) } }
    } to: {
      users.add($0)
    }
    let excepted =
      exceptions.withLock(\.self)
      + round.otherItems.filter { $0.decision?.wish.kind == .exception }
    let plain: [(String, [UInt8])] = [
      (Self.readmeName, Array(EvidenceText.readme(round).utf8)),
      (Self.exceptionsName, Array(tables.exceptions(excepted).utf8)),
      (Self.correctionsName, Array(tables.corrections().utf8)),
      (Self.reviewersName, Array(tables.reviewers().utf8)),
      (Self.configurationName, Array(round.details.configuration.utf8)),
    ]
    var made = plain.map { Document(name: $0, bytes: $1, measure: EvidenceMeasure($1)) }
    made.append(Document(name: Self.usersName, bytes: nil, measure: users.measure))
    let review = try AnswerEncoder.bytes(
      EvidenceReview(round, digests: made.map { ($0.name, $0.measure.digest) }))
    made.append(
      Document(name: Self.reviewName, bytes: review, measure: EvidenceMeasure(review)))
    let ordered = Self.names.compactMap { name in made.first { $0.name == name } }
    let digests = Array(
      ordered.map { "\($0.measure.digest)  \($0.name)\n" }.joined().utf8)
    let last = EvidenceMeasure(digests)
    documents = ordered + [Document(name: Self.digestsName, bytes: digests, measure: last)]
    digest = last.digest
  }

  /// Writes a zip of the documents.
  func writeZip(
    _ signature: KeySignature? = nil, to sink: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws {
    var zip = ZipLayout(at: round.closed.at)
    for document in documents {
      let measure = document.measure
      try sink(try zip.header(document.name, size: measure.size, checksum: measure.checksum))
      if let bytes = document.bytes {
        try sink(bytes)
      } else {
        let tables = EvidenceTables(round)
        try await tables.writeUsers { _ in
        } to: {
          try sink($0)
        }
      }
    }
    if let signature {
      let bytes = Array(signature.document.utf8)
      let measure = EvidenceMeasure(bytes)
      try sink(
        try zip.header(Self.signatureName, size: measure.size, checksum: measure.checksum))
      try sink(bytes)
    }
    try sink(zip.end())
  }
}

/// The size and the digests of some bytes.
struct EvidenceMeasure: Sendable, Equatable {
  let size: Int
  /// CRC-32 (ISO 3309), as a zip has it.
  let checksum: UInt32
  /// SHA-256 in lower case hexadecimal.
  let digest: String

  init(size: Int, checksum: UInt32, digest: String) {
    self.size = size
    self.checksum = checksum
    self.digest = digest
  }

  init(_ bytes: [UInt8]) {
    var stream = MeasuringHash()
    stream.add(bytes)
    self = stream.measure
  }
}

/// Measures bytes that come piece by piece.
struct MeasuringHash {
  private var size = 0
  private var checksum = CRC32()
  private var hash = SHA256()

  mutating func add(_ bytes: [UInt8]) {
    size += bytes.count
    checksum.add(bytes)
    hash.update(data: bytes)
  }

  var measure: EvidenceMeasure {
    EvidenceMeasure(size: size, checksum: checksum.value, digest: Hex.text(hash.finalize()))
  }
}

/// The same, for bytes that come on another thread.
private final class MeasuredStream: Sendable {
  private let hash = Mutex(MeasuringHash())

  func add(_ bytes: [UInt8]) { hash.withLock { $0.add(bytes) } }

  var measure: EvidenceMeasure { hash.withLock(\.measure) }
}
