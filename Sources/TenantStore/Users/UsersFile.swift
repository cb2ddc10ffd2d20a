internal import Foundation
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

  /// The bytes of memory that the file takes.
  var memory: Int {
    columns.reduce(keys.memory) { $0 + $1.memory } + count * (1 + MemoryLayout<Int>.size)
  }

  /// The number of users.
  var count: Int { isActive.count }

  /// Reads a file.
  ///
  /// - Throws: ``StoreError`` with code `usersFile` that lists every bad row, unless they are to be
  ///   skipped.
  static func read(_ path: String, skipInvalid: Bool = false) throws -> UsersFile {
    try read(open(path), path, skipInvalid: skipInvalid)
  }

  /// Reads what was sent.
  ///
  /// - Throws: as ``read(_:skipInvalid:)`` does.
  static func read(_ bytes: [UInt8], named name: String, skipInvalid: Bool) throws -> UsersFile {
    do {
      let text: TextFile
      do throws(TextError) { text = try TextFile(bytes) } catch { throw NoTextFile(error) }
      return try parse(TextSource(text), name, skipInvalid: skipInvalid)
    } catch {
      throw explained(error, name)
    }
  }

  /// Gives a file as it is now; one that has not changed since it was read last is not read again.
  ///
  /// - Throws: as ``read(_:skipInvalid:)`` does.
  static func current(_ path: String) throws -> UsersFile {
    let file = try open(path)
    let stamp = KeptUsersFiles.Stamp(try? file.status())
    if let stamp, let known = kept.file(path, stamp) { return known }
    let users = try read(file, path, skipInvalid: false)
    if let stamp { kept.keep(users, path, stamp) }
    return users
  }

  private static let kept = KeptUsersFiles()

  private static func read(
    _ file: consuming FileDescriptor, _ path: String, skipInvalid: Bool
  ) throws -> UsersFile {
    do {
      return try parse(TextSource(file, limit: maximumBytes), path, skipInvalid: skipInvalid)
    } catch {
      throw explained(error, path)
    }
  }

  private static func parse(
    _ source: consuming TextSource, _ path: String, skipInvalid: Bool
  ) throws -> UsersFile {
    let reading = CSVReading(threads: ProcessInfo.processInfo.activeProcessorCount)
    let users = try UsersFileParser(path: path, reading: reading).parse(source)
    guard skipInvalid || users.skipped.isEmpty else { throw rejection(users.skipped) }
    return users
  }

  /// An error with the file's name and what helps.
  private static func explained(_ error: any Error, _ path: String) -> any Error {
    switch error {
    case let error as TextError:
      StoreError(.usersFile, "\(path):\(error.line): \(error.message)", cause: error)
    case let error as NoTextFile:
      StoreError(
        .usersFile,
        "\(path):\(error.problem.line): \(error.problem.message); save it as UTF-8: as 'CSV UTF-8' "
          + "in Excel, by Export-Csv -Encoding UTF8 in PowerShell", cause: error)
    case is TextTooLong:
      StoreError(
        .usersFile,
        "users file '\(path)' is longer than \(maximumBytes >> 20) MiB; split it")
    case let error as SystemFailure: PrivateFile.unreadable(path, error)
    default: error
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

  private static func open(_ path: String) throws -> FileDescriptor {
    do throws(SystemFailure) {
      return try FileDescriptor(given: path)
    } catch {
      throw StoreError(.usersFile, "users file '\(path)' cannot be read: \(error)")
    }
  }

  private static func rejection(_ messages: [String]) -> StoreError {
    let shown = messages.prefix(50)
    let rest = messages.count - shown.count
    let more = rest > 0 ? ["and \(rest) more bad rows"] : []
    return StoreError(.usersFile, (shown + more).joined(separator: "\n"))
  }
}
