package import Authorization
package import Logging
internal import OperatingSystem
internal import TenantCore

/// The tenants of an installation, as their files describe them, and the permission check of each:
/// a session is given with a permit, or refused.
package struct TenantRegistry: Sendable {
  /// The tenant files.
  let files: any TenantFileReading
  /// All plugins that a tenant file can name.
  package let plugins: PluginRegistry
  /// Where messages go.
  package let logger: Logger
  private let actor: Actor
  private let refusals: any RefusalAudit
  private let ports: @Sendable (Permit) -> TenantPorts
  /// What keeps by what the operator of a permit signs in.
  let operators: @Sendable (OperatorPermit) -> any OperatorStoring

  /// Takes what the tenants are made of; nothing is opened yet.
  ///
  /// - Parameters:
  ///   - actor: who acts unless somebody else is named: the operating system's user (A3).
  ///   - refusals: the installation's audit (A2).
  ///   - operators: what keeps by what the operator of a permit signs in.
  ///   - ports: what a session works with.
  package init(
    files: any TenantFileReading, plugins: PluginRegistry, actor: Actor,
    refusals: any RefusalAudit, logger: Logger,
    operators: @escaping @Sendable (OperatorPermit) -> any OperatorStoring,
    ports: @escaping @Sendable (Permit) -> TenantPorts
  ) {
    self.files = files
    self.plugins = plugins
    self.actor = actor
    self.refusals = refusals
    self.logger = logger
    self.operators = operators
    self.ports = ports
  }

  /// Checks the permissions for a tenant, or refuses: a broken file is 78 for anybody who can read it, an
  /// unknown tenant is refused like one without a role (A5).
  package func session(_ tenant: String, action: String) async throws -> TenantSession {
    // Files are read, and a refusal is on the disk when it is told.
    try await OwnThread.run {
      guard let file = try readable(tenant) else {
        try authorizer().refuseUnknown(tenant, action: action)
      }
      return try openSession(file, action: action)
    }
  }

  /// Checks the permissions for a tenant as a file that was read describes it, or refuses.
  ///
  /// - Parameter actor: who acts; nil for the user of this process.
  package func session(
    _ file: TenantFile, action: String, as actor: Actor? = nil
  ) async throws -> TenantSession {
    try await OwnThread.run { try openSession(file, action: action, as: actor) }
  }

  private func openSession(
    _ file: TenantFile, action: String, as actor: Actor? = nil
  ) throws -> TenantSession {
    let authorizer = authorizer(of: actor)
    let permit = try authorizer.permit(
      file.tenant, policy: file.access, fileOwner: file.owner, action: action)
    return TenantSession(
      permit: permit, policy: file.access, fileOwner: file.owner, fileText: file.text,
      filePath: file.path, authorizer: authorizer, ports: ports(permit), logger: logger)
  }

  /// All tenants that this actor may administer; broken files are among them, those that the actor
  /// cannot read are not.
  package func administered() throws -> [TenantFileEntry] {
    try files.files().filter { entry in
      switch entry.file {
      case .success(let file): mayAdminister(file)
      case .failure(let refusal): !refusal.isHidden
      }
    }
  }

  /// All files of the folder, of whomever; waits for them.
  package func allFiles() throws -> [TenantFileEntry] { try files.files() }

  /// True if a session would be given; nothing is audited, because nothing was asked for.
  ///
  /// - Parameter actor: who would act; nil for the user of this process.
  package func mayAdminister(_ file: TenantFile, as actor: Actor? = nil) -> Bool {
    authorizer(of: actor).mayAdminister(file.tenant, policy: file.access, fileOwner: file.owner)
  }

  /// True if an actor who came with a sign-in or a token may be told that a file is broken: who could
  /// administer its tenant if it were not.
  package func mayKnow(of refusal: TenantFileRefusal, tenant: String, _ actor: Actor) -> Bool {
    guard let access = refusal.access, actor.userID == nil else { return false }
    return authorizer(of: actor)
      .mayAdminister(Tenant(name: tenant), policy: access, fileOwner: .max)
  }

  func authorizer(of actor: Actor? = nil) -> Authorizer {
    Authorizer(actor: actor ?? self.actor, audit: refusals)
  }

  /// The tenant's file; nil if there is none, or none that this actor can read: the two look alike
  /// (A5).
  private func readable(_ tenant: String) throws -> TenantFile? {
    do {
      return try files.file(of: tenant)
    } catch let refusal as TenantFileRefusal where refusal.isHidden {
      return nil
    }
  }
}
