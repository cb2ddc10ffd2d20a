internal import Logging
internal import PluginContract
internal import TenantCore

/// A plugin's process: one for a plugin and a run. It is started by the first of its making, and
/// gone when this is.
///
/// A thread of its own starts it and speaks to it; questions may be asked from anywhere, are sent
/// in the order in which they were asked, and any number may be open.
final class PluginProcess: Sendable {
  private let mailbox: Mailbox

  init(
    _ program: CheckedProgram, limits: PluginLimits, logger: Logger, remedy: Remedy?
  ) throws {
    let mailbox = try Mailbox()
    self.mailbox = mailbox
    do {
      try SystemThread.start {
        let (error, ending) = PluginThread.hold(
          program, limits, mailbox, logger, remedy: remedy)
        mailbox.end(error, ending)
      }
    } catch {
      // Whoever waits for the end, as this value does when it goes, must not wait for ever.
      mailbox.end(error, .notStarted)
      throw PluginError(.failed, plugin: program.plugin, "it cannot be started: \(error)")
    }
  }

  /// Sends a frame; the answer comes after those to the frames before it.
  func ask(_ frame: Frame, _ form: Answer.Form = .single) -> Answer { mailbox.ask(frame, form) }

  /// Ends the process: its input is closed, and if it does not end by itself, it is killed.
  @discardableResult
  func close() -> PluginEnding { mailbox.close() }

  /// Gives the process up; ``close()`` waits for its end.
  func cancel() { mailbox.cancel() }

  deinit { close() }
}
