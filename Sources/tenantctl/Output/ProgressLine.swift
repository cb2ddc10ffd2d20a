internal import Administration
internal import Glibc
internal import Synchronization
internal import TenantCore

/// One line on the terminal that says how far a run is; it is wiped when a phase is over.
final class ProgressLine: Sendable {
  private let tenant: String
  private let last = Mutex<(phase: String, count: Int)>(("", 0))

  /// Nil where nobody would see it.
  init?(tenant: String, notes: Notes) {
    guard Terminal.showsProgress, !notes.isQuiet else { return nil }
    self.tenant = tenant
  }

  deinit { write("\r\u{1B}[K") }

  func show(_ progress: RunProgress) {
    let isNews = last.withLock { last in
      let isNews = progress.phase != last.phase || progress.count - last.count >= 5000
      if isNews { last = (progress.phase, progress.count) }
      return isNews
    }
    guard isNews else { return }
    let count = progress.count > 0 ? " \(progress.count)" : ""
    write("\r\u{1B}[K\(tenant): \(DisplayText.safe(progress.phase))\(count)")
  }

  private func write(_ text: String) {
    try? StandardStreams.write(Array(text.utf8), to: STDERR_FILENO, name: "standard error")
  }
}
