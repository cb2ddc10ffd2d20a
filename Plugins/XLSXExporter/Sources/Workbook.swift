internal import CXLSXWriter
internal import Glibc

/// A workbook of libxlsxwriter in its constant-memory mode: of each sheet one row is in memory, the
/// others are in a temporary file. Owns the C handle; no pointer leaves this file.
@safe final class Workbook {
  /// The most rows of a sheet, the heading included.
  static let rowLimit = Int(LXW_ROW_MAX)
  private static let textFormat: UInt8 = 49

  /// How a cell looks.
  enum Style {
    /// Typing into the cell gives text again, never a formula (R5).
    case text
    case heading
  }

  private let folder: String
  private let file: UnlinkedFile
  private var handle: UnsafeMutablePointer<lxw_workbook>?
  private var sheets: [UnsafeMutablePointer<lxw_worksheet>] = unsafe []
  private let text: UnsafeMutablePointer<lxw_format>
  private let heading: UnsafeMutablePointer<lxw_format>

  /// Makes a workbook that says that it was made at this time; its files lie in `folder`.
  init(createdAt: time_t, in folder: String) throws {
    let file = try UnlinkedFile(in: folder)
    let made = unsafe Self.make(at: file.path, in: folder)
    guard let handle = unsafe made, let text = unsafe workbook_add_format(handle),
      let heading = unsafe workbook_add_format(handle)
    else {
      unsafe lxw_workbook_free(made)
      throw WorkbookError.library("make a workbook", LXW_ERROR_MEMORY_MALLOC_FAILED, in: folder)
    }
    unsafe format_set_num_format_index(text, Self.textFormat)
    unsafe format_set_num_format_index(heading, Self.textFormat)
    unsafe format_set_bold(heading)
    (self.folder, self.file) = (folder, file)
    unsafe (self.handle, self.text, self.heading) = (handle, text, heading)
    var properties = unsafe lxw_doc_properties()
    unsafe properties.created = createdAt
    try check(unsafe workbook_set_properties(handle, &properties), "set the properties")
  }

  private static func make(at path: String, in folder: String)
    -> UnsafeMutablePointer<lxw_workbook>?
  {
    unsafe folder.withCString { name in
      var options = unsafe lxw_workbook_options()
      unsafe options.constant_memory = 1
      // The library copies the name.
      unsafe options.tmpdir = UnsafeMutablePointer(mutating: name)
      return unsafe workbook_new_opt(path, &options)
    }
  }

  deinit {
    guard let handle = unsafe handle else { return }
    // The library leaves these open.
    for number in unsafe sheets.indices { unsafe fclose(rows(of: number)) }
    unsafe lxw_workbook_free(handle)
  }

  /// Adds a sheet after the others and gives its number.
  ///
  /// - Parameter widths: of the columns, in characters.
  func addSheet(_ name: String, widths: [Double]) throws -> Int {
    guard let handle = unsafe handle else { throw WorkbookError.notBegun }
    guard let sheet = unsafe workbook_add_worksheet(handle, name) else {
      throw WorkbookError.file("make", in: folder, error: errno)
    }
    unsafe sheets.append(sheet)
    for (column, width) in widths.enumerated() {
      let column = lxw_col_t(column)
      try check(
        unsafe worksheet_set_column(sheet, column, column, width, nil), "set a column's width")
    }
    // Digits are meant as text here, so that Excel need not warn of each.
    try check(
      unsafe worksheet_ignore_errors(
        sheet, UInt8(LXW_IGNORE_NUMBER_STORED_AS_TEXT.rawValue), "A1:XFD1048576"),
      "set a sheet's properties")
    return unsafe sheets.count - 1
  }

  /// Writes a text, which ends with a zero. Within a sheet, rows come in order.
  func write(_ cell: [CChar], _ style: Style, sheet: Int, row: Int, column: Int) throws {
    try check(
      unsafe worksheet_write_string(
        sheets[sheet], lxw_row_t(row), lxw_col_t(column), cell, style == .text ? text : heading),
      "write a cell")
  }

  /// Writes a truth value.
  func write(_ cell: Bool, sheet: Int, row: Int, column: Int) throws {
    try check(
      unsafe worksheet_write_boolean(
        sheets[sheet], lxw_row_t(row), lxw_col_t(column), cell ? 1 : 0, nil),
      "write a cell")
  }

  /// Lets the first row stand still while the others are scrolled.
  func freezeHeading(sheet: Int) { unsafe worksheet_freeze_panes(sheets[sheet], 1, 0) }

  /// Gives the headings buttons that filter the rows below.
  func addFilter(sheet: Int, rows: Int, columns: Int) throws {
    try check(
      unsafe worksheet_autofilter(
        sheets[sheet], 0, 0, lxw_row_t(rows - 1), lxw_col_t(columns - 1)), "add a filter")
  }

  /// Fails if a row of the sheet did not reach its temporary file.
  ///
  /// The library looks at no result of its writes, so that a full disk would cut the sheet short.
  func checkWrites(sheet: Int) throws {
    guard unsafe ferror(rows(of: sheet)) == 0 else {
      throw WorkbookError.file("write", in: folder, error: errno == 0 ? ENOSPC : errno)
    }
  }

  /// Writes the whole file; nothing can be added afterwards.
  func finish() throws -> UnlinkedFile {
    guard let handle = unsafe handle else { throw WorkbookError.notBegun }
    try checkRoom()
    unsafe self.handle = nil
    try check(unsafe workbook_close(handle), "write the workbook")
    return file
  }

  /// The library copies each sheet once more, again without a look at the results.
  private func checkRoom() throws {
    var largest = 0
    for number in unsafe sheets.indices {
      unsafe fflush(rows(of: number))
      try checkWrites(sheet: number)
      largest = max(largest, unsafe ftell(rows(of: number)))
    }
    // Around the rows of a sheet stand its columns and properties, far less than this.
    let size = largest + 64 * 1024
    try Self.check(sheetSize: size)
    try file.check(roomFor: size)
  }

  /// Fails if a sheet's bytes, before compression, are too many for a zip archive without the
  /// extension that spreadsheets need not know (APPNOTE.TXT, section 4.4.9). The library would
  /// write half of that extension and call it done.
  static func check(sheetSize: Int) throws {
    guard sheetSize < UInt32.max else { throw WorkbookError.tooLarge }
  }

  /// The temporary file of a sheet's rows.
  private func rows(of sheet: Int) -> UnsafeMutablePointer<FILE>? {
    unsafe sheets[sheet].pointee.optimize_tmpfile
  }

  private func check(_ result: lxw_error, _ action: @autoclosure () -> String) throws {
    guard result == LXW_NO_ERROR else {
      throw WorkbookError.library(action(), result, in: folder)
    }
  }
}
