package import Administration
internal import Foundation

extension StoreError: StorageProblem {
  package var fault: DiskFault? {
    cause.flatMap { ($0 as? StoreError)?.fault ?? DiskFault(cause: $0) }
  }
}

extension DiskFault {
  /// Finds it in what caused an error of the store; nil if it is none of these.
  fileprivate init?(cause: any Error) {
    if let error = cause as? PostgresError {
      guard let fault = Self.ofPostgres(error) else { return nil }
      self = fault
      return
    }
    if cause is TooManyReaders {
      self = .inUse
      return
    }
    let facts = cause as NSError
    let fault: DiskFault? =
      switch facts.domain {
      case NSPOSIXErrorDomain: Self.ofSystem(facts.code)
      case NSCocoaErrorDomain: Self.ofFoundation(facts.code)
      // The result codes of SQLite (https://sqlite.org/rescode.html), as GRDB passes them on.
      case "GRDB.DatabaseError": Self.ofSQLite(facts.code)
      default: nil
      }
    guard let fault else { return nil }
    self = fault
  }

  /// A server that may only be read is one that was the primary, or is about to be.
  private static func ofPostgres(_ error: PostgresError) -> DiskFault? {
    switch error.state {
    case PostgresError.outcomeUnknown: .outcomeUnknown
    case "53100": .full
    case "25006", StoreError.recovering: .unreachable
    default: error.isConnectionLost ? .unreachable : nil
    }
  }

  private static func ofSystem(_ code: Int) -> DiskFault? {
    switch Int32(code) {
    case ENOSPC, EDQUOT, EFBIG: .full
    case EROFS, EACCES, EPERM: .notWritable
    default: nil
    }
  }

  private static func ofFoundation(_ code: Int) -> DiskFault? {
    switch CocoaError.Code(rawValue: code) {
    case .fileWriteOutOfSpace: .full
    case .fileWriteNoPermission, .fileWriteVolumeReadOnly: .notWritable
    default: nil
    }
  }

  /// The lower byte is the primary result code; `SQLITE_IOERR` is what a full disk gives while SQLite writes
  /// its journal.
  private static func ofSQLite(_ code: Int) -> DiskFault? {
    switch code & 0xFF {
    case 13, 10: .full
    case 8, 14: .notWritable
    case 5, 6: .inUse
    default: nil
    }
  }
}
