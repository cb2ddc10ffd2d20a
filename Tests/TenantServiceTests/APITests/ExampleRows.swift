import PluginContract
import TenantCore

/// Rows of every state, with all that a row can have, with nothing that can be absent, and with texts
/// that are hard to write.
struct ExampleRows: SnapshotRows {
  static let batch: RowBatch = {
    var batch = RowBatch(columns: RowColumn.snapshot)
    for state in RowState.allCases {
      for kind in Kind.allCases { add(state, kind, to: &batch) }
    }
    return batch
  }()

  /// What a row has beside what all have.
  private enum Kind: CaseIterable { case everything, nothing, userOnly, loginOnly, hard }

  private static func add(_ state: RowState, _ kind: Kind, to batch: inout RowBatch) {
    for column in RowColumn.snapshot {
      switch column {
      case .status: batch.fill(column, state.status.rawValue.utf8)
      case .state: batch.fill(column, state.rawValue.utf8)
      case .domain: batch.fill(column, "ACME".utf8)
      case .reasonCode: batch.fill(column, "several-users".utf8)
      case .reasonMessage: batch.fill(column, "a sentence".utf8)
      case .reasonCandidates: batch.fill(column, texts: candidates(kind))
      case .enabled, .locked, .expired:
        batch.fill(column, flags(kind).text(of: column)?.utf8)
      default: batch.fill(column, value(of: column, kind))
      }
    }
  }

  private static func value(of column: RowColumn, _ kind: Kind) -> [UInt8]? {
    switch kind {
    case .everything: Array("the \(column)".utf8)
    case .nothing: nil
    case .userOnly: column == .userName ? Array("jdoe".utf8) : nil
    case .loginOnly: column == .windowsLogin ? Array("ACME\\jdoe".utf8) : nil
    case .hard: Array("\"/\\\u{0}\u{1F}\n\u{2028}é😀".utf8) + [0xFF, 0xC3]
    }
  }

  private static func candidates(_ kind: Kind) -> [String] {
    switch kind {
    case .everything: ["jdoe", "john doe"]
    case .hard: ["\"\\\u{7}"]
    case .nothing, .userOnly, .loginOnly: []
    }
  }

  private static func flags(_ kind: Kind) -> AccountFlags {
    switch kind {
    case .everything: [.disabled, .locked, .expired]
    case .nothing: .unknown
    case .userOnly, .loginOnly, .hard: []
    }
  }

  func forEachBatch(
    columns: [RowColumn], _ body: @escaping @Sendable (RowBatch) throws -> Void
  ) async throws { try body(Self.batch) }
}
