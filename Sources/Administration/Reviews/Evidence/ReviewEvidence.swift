internal import Authorization
internal import OperatingSystem
internal import TenantCore

/// The evidence of a signed round, ready to be written.
package struct ReviewEvidence: Sendable {
  private let documents: EvidenceDocuments
  private let signature: KeySignature?
  /// The digest of the round.
  package var digest: String { documents.digest }

  init(_ documents: EvidenceDocuments, _ signature: KeySignature?) {
    self.documents = documents
    self.signature = signature
  }

  /// Writes it as a zip; equal evidence is equal bytes.
  package func write(to sink: @escaping @Sendable ([UInt8]) throws -> Void) async throws {
    try await documents.writeZip(signature, to: sink)
  }
}

/// How evidence compares with the store that it came from.
package struct EvidenceComparison: Sendable, Equatable {
  /// What does not agree, in sentences; empty if all does.
  package let problems: [String]
  /// The signed rounds whose chain of digests was followed.
  package let chainCount: Int
  /// True if the installation's audit has the signature's line.
  package let isInAudit: Bool
}

extension TenantSession {
  /// The evidence of a signed round.
  package func evidence(ofReview number: Int64) async throws -> ReviewEvidence {
    let store = try await storeForReading()
    let round = try await round(number, store)
    guard let signature = round.signature,
      let signed = try await SignedRound(round, tenant: tenant.name, store)
    else {
      throw Failure(
        .notAvailable,
        "review \(number) of tenant '\(tenant.name)' is not signed (\(round.state.rawValue))",
        remedy: .showReviews)
    }
    let documents = try await EvidenceDocuments(signed)
    guard documents.digest == signature.digest else {
      throw Failure(
        .storeFailure,
        "review \(number) of tenant '\(tenant.name)' does not agree with its digest: the store was "
          + "changed after it was signed, or is damaged")
    }
    return ReviewEvidence(documents, signature.keySignature)
  }

  /// Holds evidence against the store, the chain of its signed rounds, and the audit (V6).
  package func compare(_ claim: EvidenceClaim) async throws -> EvidenceComparison {
    let rounds = try await storeForReading().reviewRounds()
    var problems: [String] = []
    let signature = rounds.first { $0.number == claim.review }?.signature
    switch signature {
    case nil: problems.append("the store has no signed review \(claim.review)")
    case let signature? where signature.digest != claim.digest:
      problems.append(
        "the store has another digest for review \(claim.review): \(signature.digest)")
    case let signature? where signature.previousDigest != claim.previousDigest:
      problems.append("the store has another review before review \(claim.review)")
    case let signature? where signature.keySignature != claim.keySignature:
      problems.append("the store has another signature with a key for review \(claim.review)")
    case _?: break
    }
    let signed = rounds.compactMap { round in round.signature.map { (round.number, $0) } }
    var previous: String?
    for (number, signature) in signed {
      if signature.previousDigest != previous {
        problems.append("review \(number) does not follow the signed review before it")
      }
      previous = signature.digest
    }
    let (audit, name) = (ports.reviewAudit, tenant.name)
    let audited = try await OwnThread.run { try audit.signedDigests(ofTenant: name) }
    for round in rounds where round.signature != nil && audited[round.number] == nil {
      guard let moment = round.closed?.at else { continue }
      if try await OwnThread.run({ try audit.goesBack(to: moment, ofTenant: name) }) {
        problems.append(
          "the audit goes back to before review \(round.number) was signed, and has no line of it")
      }
    }
    if let digest = audited[claim.review], digest != claim.digest {
      problems.append("the audit has another digest for review \(claim.review): \(digest)")
    }
    for (number, digest) in audited.sorted(by: { $0.key < $1.key })
    where !signed.contains(where: { $0.0 == number && $0.1.digest == digest }) {
      problems.append("the audit has a signature of review \(number) that the store does not have")
    }
    return EvidenceComparison(
      problems: problems, chainCount: signed.count, isInAudit: audited[claim.review] != nil)
  }
}
