internal import Administration
internal import ArgumentParser
internal import OperatingSystem
internal import TenantCore

/// `tenantctl reviews verify`.
struct ReviewsVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check the evidence of a signed round: not one byte may have changed.",
    discussion: """
      It needs no store. If you may administer the tenant here, the evidence is also held against \
      the store, the chain of its signed rounds, and the audit.

      Example:
        tenantctl reviews verify acme-review-1.zip
        tenantctl reviews verify acme-review-1.zip --public-key 3b6a27bc

      Exit codes: 0 it is what was signed, 74 store, 78 it was changed, or is no evidence.
      """)

  @Argument(help: "The evidence.", completion: .file(extensions: ["zip"])) var file: String
  @Option(
    help: ArgumentHelp(
      "The key with which it must be signed, as 'reviews key' shows it.", valueName: "key"))
  var publicKey: String?
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let file = file
    let claim = try await OwnThread.run { try EvidenceCheck.claim(of: file) }
    let signed =
      claim.keySignature.map { "signed with the key \($0.publicKey)" } ?? "not signed with a key"
    if let publicKey, claim.keySignature?.publicKey != publicKey.lowercased() {
      throw Failure(.configuration, "'\(file)' is \(signed)")
    }
    var lines = [
      "\(claim.tenant): review \(claim.review), signed by \(claim.signedBy) at \(claim.signedAt): "
        + claim.statement,
      "digest: \(claim.digest)",
      claim.previousDigest.map { "follows: \($0)" } ?? "the first signed review",
      signed, "the file agrees with itself",
    ]
    let comparison = try await comparison(claim)
    if let comparison, comparison.problems.isEmpty {
      lines.append(
        "it agrees with the store: \(comparison.chainCount) signed, each follows the one before"
          + (comparison.isInAudit ? "; the audit has its digest" : "; the audit goes back less far")
      )
    }
    if comparison == nil {
      lines.append("there is no store of '\(claim.tenant)' here to hold it against")
    }
    try StandardStreams.write(lines.map { DisplayText.safe($0) + "\n" }.joined())
    guard let comparison, !comparison.problems.isEmpty else { return }
    throw Failure(.configuration, comparison.problems.joined(separator: "\n"))
  }

  /// Nil if this actor has no such tenant here; nothing is refused and audited for that.
  private func comparison(_ claim: EvidenceClaim) async throws -> EvidenceComparison? {
    let registry = global.tenants
    let names = try await OwnThread.run { (try? registry.administered().map(\.name)) ?? [] }
    guard names.contains(claim.tenant) else { return nil }
    let session = try await registry.session(claim.tenant, action: "reviews verify")
    return try await session.compare(claim)
  }
}
