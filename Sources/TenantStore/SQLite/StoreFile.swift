internal import GRDB
internal import Glibc
internal import OperatingSystem
internal import PluginContract

/// What stands at the path of a tenant's store, found out without changing a byte of it or beside it.
enum StoreFile {
  /// What SQLite calls the application id of a store: "tctl".
  static let applicationID: Int32 = 0x7463_746C

  case missing
  case empty
  /// A store, or what SQLite will find damaged.
  case store

  /// Looks.
  ///
  /// - Throws: ``StoreError`` for what is no file, no database, or another program's.
  init(at path: String) throws {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      guard errno == ENOENT else { throw PrivateFile.unreadable(path, .last) }
      self = .missing
      return
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw StoreError(
        .store,
        "'\(path)' is a link, a folder or a device; move it away, and restore the store from a "
          + "backup")
    }
    // SQLite takes one byte, which it writes on some systems before all others, for none.
    self = status.st_size <= 1 ? .empty : .store
    if self == .store { try Self.refuseForeign(path) }
  }

  private static func refuseForeign(_ path: String) throws {
    guard let name = try owner(path, isLast: false)?.foreignName else { return }
    throw StoreError(
      .store,
      "store '\(path)' is a database of another program (\(name)) and was left as it is; move it "
        + "away and restore the store from a backup")
  }

  /// Whose database it is; nil if somebody may be writing just now, or it is damaged: whoever opens it
  /// properly will tell.
  private static func owner(_ path: String, isLast: Bool) throws -> Owner? {
    do {
      // Through SQLite, whose connections of this process would lose their locks if the file were opened
      // and closed beside them (fcntl(2)). `immutable` takes no lock and makes no file.
      let database = try DatabaseQueue(
        path: SQLiteURI(path, "immutable=1").text, configuration: looking)
      return try database.read { try Owner($0) }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
      // The first page may be in the log alone, after a loss of power, or has just come from there.
      if hasLog(path) { return nil }
      if isLast { throw error }
      return try owner(path, isLast: true)
    } catch {
      return nil
    }
  }

  private static func hasLog(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path + "-wal", &status) == 0 && status.st_size > 0
  }

  private static var looking: Configuration {
    var configuration = Configuration()
    configuration.readonly = true
    return configuration
  }

  /// Whose database it is.
  private struct Owner {
    /// What another program's is known by; nil for ours and for one that has nothing yet.
    let foreignName: String?

    init(_ database: Database) throws {
      let id = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
      guard id == 0 else {
        let isOurs = id == StoreFile.applicationID
        foreignName = isOurs ? nil : "application id \(Hex.text(of: UInt32(bitPattern: id)))"
        return
      }
      // Stores of earlier versions have no id, and are known by how they came to be.
      let tables = try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name LIMIT 4")
      guard !tables.isEmpty, try !SQLiteSchema.isAnyStep(in: database) else {
        foreignName = nil
        return
      }
      foreignName = "tables \(tables.joined(separator: ", "))"
    }
  }
}

/// A path as SQLite's `file:` URI, with parameters.
struct SQLiteURI {
  let text: String

  init(_ path: String, _ parameters: String) {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-".utf8)
    let bytes = path.utf8.map { byte in
      plain.contains(byte) ? String(UnicodeScalar(byte)) : "%" + Hex.text([byte])
    }
    text = "file:\(bytes.joined())?\(parameters)"
  }
}
