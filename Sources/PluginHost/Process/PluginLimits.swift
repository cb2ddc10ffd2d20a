/// What an outside plugin may use; beyond it, the plugin has failed.
package struct PluginLimits: Sendable {
  /// The longest time to the first frame.
  package var startTime = Duration.seconds(10)
  /// The longest time for one batch.
  package var answerTime = Duration.seconds(60)
  /// The longest time to end by itself when its input is closed; it is killed then.
  package var endTime = Duration.seconds(2)
  /// The most bytes of an exported file, beside those for each row.
  package var fileBytes = 64 << 20
  /// The most bytes of an exported file for each row.
  package var fileBytesPerRow = 16 << 10
  /// The most parts of an exported file, beside one for each row.
  package var fileParts = 1 << 16
  /// The most bytes of standard error that reach the log.
  package var logBytes = 1 << 20
  /// Address space, in bytes (`RLIMIT_AS`).
  package var memoryBytes: UInt64 = 4 << 30
  /// The largest file that it may write in its working folder, in bytes (`RLIMIT_FSIZE`).
  package var workingFileBytes: UInt64 = 16 << 30
  /// Open descriptors (`RLIMIT_NOFILE`).
  package var descriptors: UInt64 = 64
  /// Processes and threads, where the kernel counts them for the plugin alone (`RLIMIT_NPROC`): in a
  /// user namespace of its own, and not where root runs the host, whom the kernel does not count.
  package var processes: UInt64 = 64

  /// Makes the usual limits.
  package init() {}
}
