internal import Glibc
internal import OperatingSystem
internal import PluginContract
internal import TenantCore

/// A users file, read and checked: one CSV row a tenant user (tenant-file.md, "Users file").
struct UsersFile: Sendable {
  /// The largest file: a million users need about 100 MB.
  static let maximumBytes = 1 << 30
  /// The longest field; what a matcher compares is no longer.
  static let maximumFieldBytes = DirectoryUserBatch.maximumValueLength

  /// The values of each ``PluginContract/TenantField``, in its order, in the file's order.
  var columns = TenantField.allCases.map { _ in PackedColumn() }
  /// The folded user names, in the file's order.
  var keys = PackedColumn()
  var isActive: [Bool] = []
  /// True for each field that the file has a column for.
  var hasColumn = TenantField.allCases.map { _ in false }
  var hasActive = false
  /// The rows in the order of their keys.
  var order: [Int] = []
  /// Rows that were passed over, as `file:line: message`.
  var skipped: [String] = []

  /// The number of users.
  var count: Int { isActive.count }

  /// Reads a file.
  ///
  /// - Throws: ``StoreError`` with code `usersFile` that lists every bad row, unless they are to be
  ///   skipped.
  static func read(_ path: String, skipInvalid: Bool = false) throws -> UsersFile {
    let text = try text(of: path)
    do {
      var parser = try UsersFileParser(text, path: path)
      let file = try parser.parse()
      guard skipInvalid || file.skipped.isEmpty else { throw rejection(file.skipped) }
      return file
    } catch let error as TextError {
      throw StoreError(.usersFile, "\(path):\(error.line): \(error.message)", cause: error)
    }
  }

  /// The bytes of a user's field; nil if blank.
  func value(_ field: TenantField, of row: Int) -> ArraySlice<UInt8>? {
    columns[Self.index(of: field)].first(of: row)
  }

  /// The folded name of a user.
  func key(of row: Int) -> ArraySlice<UInt8> { keys.first(of: row) ?? [] }

  /// Makes an image of a row's key alone.
  func keyImage(of row: Int, into image: inout RowImage) {
    image.clear()
    image.append(nonNull: key(of: row))
  }

  static func index(of field: TenantField) -> Int {
    switch field {
    case .userName: 0
    case .windowsLogin: 1
    case .firstName: 2
    case .lastName: 3
    case .employeeId: 4
    case .email: 5
    }
  }

  private static func text(of path: String) throws -> TextFile {
    do {
      return try TextFile(contents(of: path))
    } catch let error as TextError {
      throw StoreError(
        .usersFile,
        "\(path):\(error.line): \(error.message); save it as UTF-8: as 'CSV UTF-8' in Excel, by "
          + "Export-Csv -Encoding UTF8 in PowerShell", cause: error)
    }
  }

  private static func contents(of path: String) throws -> [UInt8] {
    let file: FileDescriptor
    do throws(SystemFailure) {
      file = try FileDescriptor(opening: path, flags: O_RDONLY)
    } catch {
      throw StoreError(.usersFile, "users file '\(path)' cannot be read: \(error)")
    }
    guard let bytes = try PrivateFile.read(file, path: path, limit: maximumBytes) else {
      throw StoreError(
        .usersFile,
        "users file '\(path)' is longer than \(maximumBytes >> 20) MiB; split it")
    }
    return bytes
  }

  private static func rejection(_ messages: [String]) -> StoreError {
    let shown = messages.prefix(50)
    let rest = messages.count - shown.count
    let more = rest > 0 ? ["and \(rest) more bad rows"] : []
    return StoreError(.usersFile, (shown + more).joined(separator: "\n"))
  }
}
