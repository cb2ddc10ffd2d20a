internal import PluginContract
internal import TenantCore

/// Appends to the audit (T5), one row a change.
struct ChangeWriter {
  private let database: StoreDatabase
  private let statement: any Statement
  private var row = RowImage()

  init(_ database: StoreDatabase) throws {
    self.database = database
    statement = try database.statement(
      """
      INSERT INTO changes
        (kind, run, at, actor, user_name, guid, domain, login, fields, comment, id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
  }

  /// Appends a change.
  mutating func append(_ change: ChangeRecord) throws {
    row.clear()
    row.append(change.kind.rawValue)
    row.append(number: change.run)
    row.append(change.at)
    row.append(nonNull: Array(change.actor.utf8)[...])
    row.append(nonNull: Array(change.userName.utf8)[...])
    if let guid = change.guid { row.append(blob: guid.bytes) } else { row.appendNull() }
    row.append(change.domain)
    row.append(change.login)
    Self.append(change.fields, to: &row)
    row.append(change.comment)
    row.append(try database.nextNumber(in: "changes"))
    try statement.run(row)
  }

  private static func append(_ fields: [FieldChange], to row: inout RowImage) {
    guard !fields.isEmpty else { return row.appendNull() }
    row.append { bytes in
      for (index, field) in fields.enumerated() {
        bytes.append(contentsOf: (index == 0 ? "[{\"field\":\"" : ",{\"field\":\"").utf8)
        bytes.append(contentsOf: field.field.rawValue.utf8)
        bytes.append(contentsOf: "\",\"old\":".utf8)
        JSONText.append(field.old, to: &bytes)
        bytes.append(contentsOf: ",\"new\":".utf8)
        JSONText.append(field.new, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
      }
      bytes.append(UInt8(ascii: "]"))
    }
  }
}

/// Appends many changes of one run, one import or one action by hand: packed, one row a batch.
struct ChangeBatchWriter {
  /// What all changes have in common.
  struct Origin {
    var run: Int64?
    var at: Timestamp
    var actor: String
  }

  /// What stands in column `kind` of a row that holds a batch.
  static let kind = "packed"

  private let insert: any Statement
  private let origin: Origin
  private var packer = ChangePacker()
  private var lastNumber: Int64

  init(_ origin: Origin, _ database: StoreDatabase) throws {
    self.origin = origin
    lastNumber = try database.nextNumber(in: "changes") - 1
    insert = try database.rowWriter(
      .insert(
        into: "changes",
        [
          ("id", .integer), ("kind", .text), ("run", .integer), ("at", .text), ("actor", .text),
          ("user_name", .text), ("packed", .blob),
        ]))
  }

  /// Appends a change; it is stored at the latest by ``finish()``.
  mutating func append(
    _ kind: ChangeRecord.Kind, userName: some Sequence<UInt8>, guid: ObjectGUID? = nil,
    domain: String? = nil, login: ArraySlice<UInt8>? = nil, fields: [FieldBytes],
    comment: String? = nil
  ) throws {
    packer.append(
      kind, userName: userName, guid: guid, domain: domain, login: login, fields: fields,
      comment: comment)
    if packer.isFull { try flush() }
  }

  /// Appends a user who was not there before.
  mutating func append(imported fields: [(field: TenantField, value: ArraySlice<UInt8>)]) throws {
    packer.append(imported: fields)
    if packer.isFull { try flush() }
  }

  /// Stores what is left.
  mutating func finish() throws {
    if packer.count > 0 { try flush() }
  }

  private mutating func flush() throws { try append(packer.finish()) }

  /// Appends a batch that was packed already; none may wait that was not.
  mutating func append(_ batch: PackedChanges) throws {
    lastNumber += Int64(batch.count)
    var row = RowImage()
    row.append(lastNumber)
    row.append(Self.kind)
    row.append(number: origin.run)
    row.append(origin.at)
    row.append(nonNull: Array(origin.actor.utf8)[...])
    row.append(nonNull: [])
    row.append(blob: batch.bytes)
    try insert.run(row)
  }
}
