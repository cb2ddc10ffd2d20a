internal import Glibc
internal import SystemPackage

/// Both ends of a pipe; neither is inherited by a program that is started.
package struct PipeEnds: ~Copyable, Sendable {
  /// `F_SETPIPE_SZ` of fcntl(2), which Swift's Glibc module lacks.
  private static let setCapacity: CInt = 1031

  /// The end from which is read.
  package let read: FileDescriptor
  /// The end to which is written.
  package let write: FileDescriptor

  /// Makes a pipe.
  ///
  /// - Parameter capacity: how many bytes it is to hold, as far as the system lets it; less is slower, no more.
  package init(capacity: CInt? = nil) throws(SystemFailure) {
    let ends = try SystemFailure.catching {
      try SystemPackage.FileDescriptor.pipe(options: .closeOnExec)
    }
    read = FileDescriptor(owning: ends.readEnd.rawValue)
    write = FileDescriptor(owning: ends.writeEnd.rawValue)
    if let capacity { _ = fcntl(write.number, Self.setCapacity, capacity) }
  }

  /// Leaves the end from which is read; the other is closed.
  package consuming func keepingRead() -> FileDescriptor { read }

  /// Leaves the end to which is written; the other is closed.
  package consuming func keepingWrite() -> FileDescriptor { write }
}
