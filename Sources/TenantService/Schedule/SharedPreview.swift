internal import Administration
internal import Foundation
internal import TenantCore

/// A preview of a run as hosts tell each other of it.
struct SharedPreview: Codable {
  private var phase: String?
  private var count: Int
  private var failureKind: String?
  private var failureMessage: String?
  private var preview: RunPreview?
  private var tenantFile: String
  private var snapshot: Int64
  private var change: Int64
  private var moment: Timestamp

  /// - Parameter tenantFile: what tells the tenant file's version from others.
  init(_ entry: RunPreviews.Entry, tenantFile: String) {
    phase = entry.phase
    count = entry.count
    failureKind = entry.failure?.kind.rawValue
    failureMessage = entry.failure?.message
    preview = entry.preview
    self.tenantFile = tenantFile
    snapshot = entry.basis.revision.store.snapshot
    change = entry.basis.revision.store.change
    moment = entry.basis.moment
  }

  /// Takes what ``content`` gave; nil for what another version may have written.
  init?(content: String) {
    guard let preview = try? JSONDecoder().decode(Self.self, from: Data(content.utf8)) else {
      return nil
    }
    self = preview
  }

  var content: String {
    (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The same for this host; nil if its tenant file is another one.
  ///
  /// - Parameters:
  ///   - now: what a run depends on now.
  ///   - tenantFile: what tells this host's tenant file from others.
  func entry(at now: RunPreviews.Basis, tenantFile: String) -> RunPreviews.Entry? {
    guard tenantFile == self.tenantFile else { return nil }
    var basis = now
    basis.revision.store.snapshot = snapshot
    basis.revision.store.change = change
    basis.moment = moment
    let failure = failureMessage.map { message in
      Failure(failureKind.flatMap { Failure.Kind(rawValue: $0) } ?? .internalFailure, message)
    }
    return RunPreviews.Entry(
      phase: phase, count: count, failure: failure, preview: preview, basis: basis)
  }
}
