internal import Administration
internal import ArgumentParser
internal import TenantCore

/// `tenantctl reviews evidence`.
struct ReviewsEvidence: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence",
    abstract: "Write the evidence of a signed round as a zip.",
    discussion: """
      The zip holds a page that explains it, each directory user with its decision, the \
      exceptions, what was corrected, who could review, the tenant file, and a digest of \
      everything. Written again it is the same bytes.

      Example:
        tenantctl reviews evidence acme 1 --output acme-review-1.zip

      Exit codes: 0 done, 66 no such review or not signed, 74 store or file not written, 77 \
      permission denied.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(help: "The review's number.") var number: Int64
  @Option(help: ArgumentHelp("The file to write.", valueName: "file")) var output: String
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "reviews evidence")
    let evidence = try await session.evidence(ofReview: number)
    let file = FileSink(try PartialFile(output))
    try await evidence.write { bytes in
      try Interruption.check()
      try file.write(bytes)
    }
    try file.finish()
    await session.recordExport("evidence of review \(number)")
    try StandardStreams.write(
      "\(tenant): evidence of review \(number) written to \(DisplayText.safe(output))\n"
        + "digest: \(evidence.digest)\n")
  }
}
