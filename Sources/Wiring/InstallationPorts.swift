internal import Administration
internal import Authorization
internal import Synchronization
internal import TenantStore

/// What an installation keeps beside its tenants' files, and where: in the files of one machine, or in a database that hosts
/// share.
struct InstallationPorts: Sendable {
  /// All that the audit does.
  typealias Audit = EventAudit & EventReading & RefusalAudit & RefusalReading & ReviewAudit

  let stores: any TenantStoreOpening
  let credentials: any CredentialChecking
  let operatorCredentials: any OperatorVerifying
  let audit: any Audit
  let signIn: SignInPorts
  /// Nil if no other host looks at them.
  let previews: (any PreviewKeeping)?
  let access: @Sendable (Permit) -> any AccessStoring
  let operators: @Sendable (OperatorPermit) -> any OperatorStoring
  let reviewKeys: @Sendable (Permit) -> any ReviewKeyStoring
  /// Asks whether the database answers; nil if there is none.
  let probe: (@Sendable () async throws -> Void)?
  /// Tells of what other hosts do; nil if there are none.
  let news: (any HostNews)?
}

extension InstallationPorts {
  /// Where the installation's store is.
  init(_ installation: Installation, applicationName: String) {
    let state = StateFolder(path: installation.statePath)
    switch installation.store {
    case .folder: self = .files(in: state)
    case .server(let server):
      self = .database(server, state: state, applicationName: applicationName)
    }
  }

  /// In the files of a state folder, and what goes with the process in its memory.
  static func files(in state: StateFolder) -> InstallationPorts {
    let start = ContinuousClock.now
    let elapsed: @Sendable () -> Duration = { ContinuousClock.now - start }
    return InstallationPorts(
      stores: TenantStores(state), credentials: StoredCredentials(state),
      operatorCredentials: StoredOperators(state), audit: state.auditLog,
      signIn: SignInPorts(
        sessions: SessionsInMemory(elapsed: elapsed), attempts: AttemptsInMemory(elapsed: elapsed),
        secret: SecretInMemory()),
      previews: nil, access: { AccessEditor($0, in: state) },
      operators: { OperatorEditor($0, in: state) }, reviewKeys: { ReviewKeyFile($0, in: state) },
      probe: nil, news: nil)
  }

  /// In a database; the state folder has what a host keeps for itself: the keys of the reviews.
  static func database(
    _ server: StoreServer, state: StateFolder, applicationName: String
  ) -> InstallationPorts {
    let pool = pool(of: server, applicationName)
    return InstallationPorts(
      stores: PostgresStores(pool), credentials: StoredCredentials(pool),
      operatorCredentials: StoredOperators(pool), audit: AuditTable(pool),
      signIn: SignInPorts(
        sessions: SessionTable(pool), attempts: AttemptTable(pool),
        secret: ServiceSecretTable(pool)),
      previews: PreviewTable(pool), access: { AccessEditor($0, in: pool) },
      operators: { OperatorEditor($0, in: pool) },
      reviewKeys: { SharedReviewKey($0, in: state, pool) }, probe: { try await pool.probe() },
      news: PostgresNews(pool))
  }

  private static let pools = Mutex<[StoreServer: PostgresPool]>([:])

  /// One pool for each server in a process, however often its tenants are read anew.
  private static func pool(of server: StoreServer, _ applicationName: String) -> PostgresPool {
    pools.withLock { pools in
      if let pool = pools[server] { return pool }
      let pool = PostgresPool(server, applicationName: applicationName)
      pools[server] = pool
      return pool
    }
  }
}
