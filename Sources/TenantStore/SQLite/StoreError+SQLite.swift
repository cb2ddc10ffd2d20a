internal import GRDB
internal import Glibc
internal import OperatingSystem
internal import PluginContract

extension StoreError {
  /// Puts an error of SQLite into words; every other error passes unchanged. What a cancelled task interrupts is no
  /// failure of the store.
  static func wrapping(_ error: any Error, path: String) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    if error.resultCode == .SQLITE_INTERRUPT { return CancellationError() }
    return StoreError(
      .store, "store '\(path)' \(consequence(of: error, path: path))", cause: error)
  }

  private static func consequence(of error: DatabaseError, path: String) -> String {
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      "is damaged; restore it from a backup"
    case .SQLITE_FULL:
      "could not be written, nothing was changed: \(SystemWords(ENOSPC).text)"
    case .SQLITE_NOMEM:
      "could not be read or written, nothing was changed: \(SystemWords(ENOMEM).text)"
    case .SQLITE_IOERR:
      "could not be read or written (\(text(of: error))), nothing was changed: "
        + (StoreDiagnosis(path: path).words?.text
          ?? "check the disk, its free space, its quota, and the limit of file sizes, 'ulimit -f'")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      "is in use by another program; nothing was changed, try again when it is done"
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      StoreDiagnosis(path: path).words.map { "may not be written: \($0.text)" }
        ?? "may not be written; 'chmod u+rw' on the file and 'chmod u+rwx' on its folder allow it"
    case .SQLITE_CANTOPEN:
      StoreDiagnosis(path: path).words.map { "cannot be opened: \($0.text)" }
        ?? "cannot be opened; the file and its folder must belong to the running user, "
        + "and the folder must be writable"
    default:
      "failed: \(text(of: error))"
    }
  }

  private static func text(of error: DatabaseError) -> String {
    error.message ?? "SQLite result \(error.extendedResultCode.rawValue)"
  }
}
