internal import Administration
internal import ArgumentParser

/// `tenantctl reviews key`.
struct ReviewsKey: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Make the key that signs a tenant's reviews, and show its public half.",
    discussion: """
      From then on each signed round is signed with the key (Ed25519), too. The secret half stays \
      in the state folder, readable by its owner only; give the public half to who verifies \
      evidence, for 'reviews verify --public-key'. If there is a key, it is shown and kept.

      Example:
        tenantctl reviews key acme

      Exit codes: 0 done, 74 state folder, 77 permission denied.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "reviews key")
    let key = try await session.makeReviewKey()
    if key.isNew { global.notes.say("\(tenant): made; reviews are signed with it from now on") }
    try StandardStreams.write(key.publicKey + "\n")
  }
}
