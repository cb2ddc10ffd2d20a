package import PluginContract
package import TenantCore

/// A row of the review (tenant-file.md 3), with the members that the JSON exporters write.
package struct RowAnswer: Encodable, Sendable {
  /// The linked tenant user.
  struct User: Encodable, Sendable {
    @OrNull var userName: String?
    @OrNull var windowsLogin: String?
  }

  /// Why the row has its state (semantics.md 5).
  struct Reason: Encodable, Sendable {
    let code: String
    @OrNull var matcher: String?
    let message: String
    @OrNull var nextStep: String?
    let candidates: [String]
    @OrNull var attribute: String?
    @OrNull var value: String?
    @OrNull var canonical: String?
  }

  @OrNull var activeDirectoryLogin: String?
  @OrNull var smtpAddress: String?
  let status: String
  let state: String
  let domain: String
  @OrNull var objectGUID: String?
  @OrNull var distinguishedName: String?
  @OrNull var enabled: Bool?
  @OrNull var locked: Bool?
  @OrNull var expired: Bool?
  @OrNull var user: User?
  let reason: Reason

  /// All rows of a batch that has all columns.
  package static func rows(of batch: RowBatch) -> [RowAnswer] {
    (0..<batch.count).map { RowAnswer(batch, row: $0) }
  }

  private init(_ batch: RowBatch, row: Int) {
    func text(_ column: RowColumn) -> String? { batch.text(column, row: row) }
    func flag(_ column: RowColumn) -> Bool? { text(column).flatMap { Bool($0) } }
    activeDirectoryLogin = text(.activeDirectoryLogin)
    smtpAddress = text(.smtpAddress)
    status = text(.status) ?? ""
    state = text(.state) ?? ""
    domain = text(.domain) ?? ""
    objectGUID = text(.objectGUID)
    distinguishedName = text(.distinguishedName)
    enabled = flag(.enabled)
    locked = flag(.locked)
    expired = flag(.expired)
    let linked = User(userName: text(.userName), windowsLogin: text(.windowsLogin))
    user = linked.userName == nil && linked.windowsLogin == nil ? nil : linked
    reason = Reason(
      code: text(.reasonCode) ?? "", matcher: text(.reasonMatcher),
      message: text(.reasonMessage) ?? "", nextStep: text(.reasonNextStep),
      candidates: batch.values(of: .reasonCandidates)?.texts(of: row) ?? [],
      attribute: text(.reasonAttribute), value: text(.reasonValue),
      canonical: text(.reasonCanonical))
  }
}

/// A row with all that was read of the directory user, and what changed.
package struct RowDetailAnswer: Encodable, Sendable {
  private let rowAnswer: RowAnswer
  private let tenant: String
  private let row: String
  private let attributes: [String: [String]]
  private let history: [ChangeAnswer]
  private let nearest: NearestUserAnswer?

  private enum CodingKeys: CodingKey { case tenant, row, attributes, history, nearestUser }

  /// Tells of a row.
  ///
  /// - Parameter row: the row as the review has it.
  package init(
    tenant: String, key: RowKey, row: RowAnswer, attributes: [String: [String]],
    nearest: NearestUser?, history: [ChangeRecord]
  ) {
    rowAnswer = row
    self.tenant = tenant
    self.row = key.description
    self.attributes = attributes
    self.nearest = nearest.map(NearestUserAnswer.init)
    self.history = history.map(ChangeAnswer.init)
  }

  package func encode(to encoder: any Encoder) throws {
    try rowAnswer.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(tenant, forKey: .tenant)
    try container.encode(row, forKey: .row)
    try container.encode(attributes, forKey: .attributes)
    try container.encode(history, forKey: .history)
    try container.encode(nearest, forKey: .nearestUser)
  }
}

/// Both values of a near miss.
package struct NearestUserAnswer: Encodable, Sendable {
  let code: String
  let userName: String
  let attribute: String
  let directoryValue: String
  let field: String
  let userValue: String
  @OrNull var characters: String?

  /// Tells of a near miss.
  package init(_ nearest: NearestUser) {
    code = nearest.code
    userName = nearest.userName
    attribute = nearest.attribute
    directoryValue = nearest.directoryValue
    field = nearest.field
    userValue = nearest.userValue
    characters = nearest.characters
  }
}

/// Why a row has its state, at length (R7).
package struct ExplanationAnswer: Encodable, Sendable {
  let tenant: String
  let row: String
  let lines: [String]
  /// Both values, if the row is a near miss.
  @OrNull var nearestUser: NearestUserAnswer?

  /// Tells of a row.
  package init(tenant: String, key: RowKey, lines: [String], nearest: NearestUser?) {
    self.tenant = tenant
    row = key.description
    self.lines = lines
    nearestUser = nearest.map(NearestUserAnswer.init)
  }
}
