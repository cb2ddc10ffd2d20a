package import Authorization
package import TenantCore

/// What a directory gives while it is read.
package enum DirectoryEvent: Sendable {
  /// Some users, in no particular order; the same user may come twice (M15).
  case batch(DirectoryUserBatch)
  /// The server was lost and the directory is read again from page one: the batches so far are
  /// void, so that no snapshot holds pages of two servers (T2).
  case restarted
  /// The directory was read to its end (T2); nothing follows.
  case finished(ReadReport)
}

/// A step of `test-connection`.
package struct ConnectionStep: Sendable, Equatable {
  /// What is tried, in this order.
  package enum Name: String, Sendable, CaseIterable {
    case resolve, connect, tls = "TLS", bind, search, read
  }

  /// What was tried.
  package var name: Name
  /// The host and port, the organizational unit, or the file.
  package var target: String
  /// True if it worked.
  package var succeeded: Bool
  /// What was found (an address, a certificate's name, a count), or why it failed and what to do.
  package var message: String

  /// Makes a step.
  package init(_ name: Name, target: String, succeeded: Bool, message: String) {
    self.name = name
    self.target = target
    self.succeeded = succeeded
    self.message = message
  }
}

/// Reads the directories of the tenant that the permit names; a directory is its index in
/// ``TenantCore/Tenant/directories``. Nothing is ever written to a directory (M3).
package protocol DirectoryReading: Sendable {
  /// Reads all users of a directory, the next page under way while this one is used.
  ///
  /// The sequence throws unless every organizational unit was read to its last page with result 0
  /// (T2): no `finished` event, no complete run.
  ///
  /// - Parameters:
  ///   - attributes: text attributes to read beside ``TenantCore/DirectoryAttribute/text``.
  ///   - moment: when the run began; expired accounts are judged by it (M12).
  func users(
    of directory: Int, attributes: [String], at moment: Timestamp, permit: Permit
  ) -> any AsyncSequence<DirectoryEvent, any Error> & Sendable

  /// Where linked users are that were not among those read; a file knows none of them (S5).
  func presence(
    of guids: [ObjectGUID], in directory: Int, permit: Permit
  ) async throws -> [ObjectGUID: Presence]

  /// Tries every step for every host and organizational unit of a directory, in order; steps after
  /// a failed one on the same host are left out.
  func testConnection(of directory: Int, permit: Permit) async -> [ConnectionStep]
}
