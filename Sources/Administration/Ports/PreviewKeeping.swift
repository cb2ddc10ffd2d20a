/// The last preview of a run of each tenant, for hosts that share a database: whoever asks another host is told the same.
package protocol PreviewKeeping: Sendable {
  /// Begins one in place of the last one.
  ///
  /// - Parameters:
  ///   - maker: tells one process from all others.
  ///   - content: what is known of it, in a form that the makers chose.
  /// - Returns: false if another process is making one, and gives signs of life.
  func begin(_ content: String, of tenant: String, maker: String) async throws -> Bool

  /// Keeps what is known by now, if no other process has begun one since; to be called every few seconds as a sign of
  /// life.
  func keep(_ content: String, isRunning: Bool, of tenant: String, maker: String) async throws

  /// The last one; nil if there is none, or its maker gave no sign of life for a while and has not ended it.
  func preview(of tenant: String) async throws -> KeptPreview?
}

/// A preview as it is kept.
package struct KeptPreview: Sendable {
  package let content: String
  /// The process that made it.
  package let maker: String

  package init(content: String, maker: String) {
    self.content = content
    self.maker = maker
  }
}
