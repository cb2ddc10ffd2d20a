/// What versions before 1.1 wrote into the message of a run; rows of runs are never changed (T5).
enum OldMessage {
  private static let command = ". If this is right, run again with --allow-large-change"

  /// The message without the command that it ended with: front ends name the remedy.
  static func withoutCommand(_ message: String) -> String {
    message.hasSuffix(command) ? String(message.dropLast(command.count)) : message
  }
}
