/// Prepares and examines the place where an installation keeps its stores. It opens no tenant.
package protocol StoreCare: Sendable {
  /// Makes what is not there yet: folder or schema, role, rights; done again, it brings what is there up to date.
  ///
  /// - Parameter programRole: the role that the programs sign in as; nil for the usual one. A folder has none.
  func prepare(programRole: String?) async throws -> StorePreparation

  /// Looks at all that should be so, and changes nothing.
  func examine() async throws -> StoreExamination
}

/// What was done to prepare a store.
package struct StorePreparation: Encodable, Sendable {
  /// One of the things that are needed.
  package struct Step: Encodable, Sendable {
    /// What it is, such as `schema tenantctl`.
    package let subject: String
    /// What was done with it, such as `made`, or `was there`.
    package let result: String
    /// False if it was as it should be.
    package let isChange: Bool

    package init(_ subject: String, _ result: String, isChange: Bool) {
      self.subject = subject
      self.result = result
      self.isChange = isChange
    }
  }

  /// The place, without a secret.
  package let store: String
  /// In the order in which they were done.
  package let steps: [Step]

  package init(store: String, steps: [Step]) {
    self.store = store
    self.steps = steps
  }
}

/// What was found of a store.
package struct StoreExamination: Encodable, Sendable {
  /// One of the things that should be so.
  package struct Finding: Encodable, Sendable {
    /// What was looked at.
    package let subject: String
    /// What was found.
    package let found: String
    /// What to do; nil if it is as it should be.
    @OrNull package var remedy: String?
    /// True if what helps is to prepare the store with this version, as the owner of its tables.
    package let needsPreparation: Bool

    package init(
      _ subject: String, _ found: String, remedy: String? = nil, needsPreparation: Bool = false
    ) {
      self.subject = subject
      self.found = found
      self.needsPreparation = needsPreparation
      self.remedy =
        remedy
        ?? (needsPreparation ? "prepare it with this version, as the owner of its tables" : nil)
    }
  }

  /// The place, without a secret.
  package let store: String
  package let findings: [Finding]
  /// True if nothing is to be done.
  package let isFine: Bool

  package init(store: String, findings: [Finding]) {
    self.store = store
    self.findings = findings
    isFine = findings.allSatisfy { $0.remedy == nil }
  }

  /// Those that should be otherwise.
  package var problems: [Finding] { findings.filter { $0.remedy != nil } }
}
