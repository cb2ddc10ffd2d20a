internal import Synchronization

/// Lets the thread that reads the store write a file.
final class FileSink: Sendable {
  private let file: Mutex<PartialFile>

  init(_ file: sending PartialFile) { self.file = Mutex(file) }

  func write(_ bytes: [UInt8]) throws { try file.withLock { try $0.write(bytes) } }

  func finish() throws { try file.withLock { try $0.finish() } }
}
