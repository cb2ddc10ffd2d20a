internal import CXLSXWriter
internal import Glibc

/// Why no workbook came of it.
struct WorkbookError: Error, Equatable, CustomStringConvertible {
  /// What went wrong, by kind.
  enum Code: Equatable {
    /// The calls came in the wrong order.
    case order
    /// A temporary file could not be made, written or read.
    case temporaryFile
    /// The format or the library refuses what it is given.
    case format
  }

  let code: Code
  /// What is wrong, and the remedy.
  let message: String
  var description: String { message }

  /// Rows or an end without a beginning.
  static let notBegun = WorkbookError(
    code: .order, message: "rows came before the header, or after the end")

  /// More bytes than a zip archive holds.
  static let tooLarge = WorkbookError(
    code: .format,
    message: "the workbook has a sheet of more than 4 GiB, which its format does not hold; "
      + "ask for fewer columns, or export csv")

  private static let remedy = "set TMPDIR to a folder that can be written and has space"

  /// A failed system call on the temporary files.
  static func file(_ action: String, in folder: String, error: Int32) -> WorkbookError {
    let cause = unsafe strerror(error).map { unsafe String(cString: $0).lowercased() }
    return WorkbookError(
      code: .temporaryFile,
      message: "cannot \(action) a temporary file in '\(folder)': "
        + "\(cause ?? "error \(error)"); \(remedy)")
  }

  /// A failed call of the library.
  static func library(_ action: String, _ error: lxw_error, in folder: String) -> WorkbookError {
    let words = unsafe lxw_strerror(error).map { unsafe String(cString: $0) } ?? ""
    let cause = words.isEmpty ? "error \(error.rawValue)" : words
    switch error {
    case LXW_ERROR_ZIP_BAD_ZIP_FILE: return tooLarge
    case LXW_ERROR_CREATING_XLSX_FILE, LXW_ERROR_CREATING_TMPFILE, LXW_ERROR_READING_TMPFILE,
      LXW_ERROR_ZIP_FILE_OPERATION, LXW_ERROR_ZIP_FILE_ADD, LXW_ERROR_ZIP_CLOSE:
      return WorkbookError(
        code: .temporaryFile,
        message: "cannot \(action) in '\(folder)': \(cause); \(remedy)")
    default:
      return WorkbookError(code: .format, message: "cannot \(action): \(cause)")
    }
  }
}
