internal import ArgumentParser

/// `tenantctl reviews`: rounds of review.
struct Reviews: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Review a tenant in rounds: open, decide, sign.",
    discussion: """
      A round asks for a decision on what is new or changed since the last signed one. Decisions \
      last over syncs, and a signed round never changes.

      Example:
        tenantctl reviews open acme
        tenantctl reviews show acme
        tenantctl reviews decide acme svc-backup --exception --note "service account"
        tenantctl reviews sign acme --statement "reviewed for the third quarter"

      Exit codes: see the --help of each command.
      """,
    subcommands: [
      ReviewsOpen.self, ReviewsList.self, ReviewsShow.self, ReviewsDecide.self, ReviewsSign.self,
      ReviewsAbandon.self, ReviewsEvidence.self, ReviewsVerify.self,
      ReviewsKey.self,
    ])
}
