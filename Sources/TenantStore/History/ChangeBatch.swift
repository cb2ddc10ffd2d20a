internal import PluginContract
internal import TenantCore

/// The form in which the changes of a run are stored by the thousand: a row of table `changes` whose
/// column `packed` holds them. Run, time and actor are the row's; its id is the last one's number.
///
/// A batch is the number of changes, then for each:
/// - a byte: the place of the kind in ``kinds``, and 0x80 if there is a GUID
/// - text: the codes of the fields that change, a byte each
/// - text: the user's name; then 16 bytes of GUID, if any
/// - text: domain, login, comment
/// - text: for each field the old and the new value
///
/// A text is a byte: 0 for none; to 64 the slot of ``TextMemory`` that holds it; above, by 65, how many
/// bytes it shares with the last text of its column at the beginning. Then follow how many it shares with
/// the reference of its column at the end (as it is for most: the last text), the number of bytes between
/// the two, and they. Numbers are LEB128.
enum ChangeBatch {
  /// The most changes in a batch: one page of a history reads one batch.
  static let maximumCount = 1024

  /// The kinds by their numbers: what is stored; add at the end.
  static let kinds: [ChangeRecord.Kind] = [
    .linked, .unlinked, .relinked, .updated, .imported, .edited, .noLongerMatched, .matchedAgain,
  ]
  /// The fields by their numbers: what is stored; add at the end.
  static let fields: [TenantField] = [
    .userName, .windowsLogin, .firstName, .lastName, .employeeId, .email,
  ]
  static let guidFlag: UInt8 = 0x80
  static let firstPrefix: UInt8 = 65
  static let longestPrefix = 190

  /// The columns of texts.
  enum Column {
    static let fields = 0
    static let userName = 1
    static let domain = 2
    static let login = 3
    static let comment = 4
    static func old(_ field: Int) -> Int { 5 + 2 * field }
    static func new(_ field: Int) -> Int { 6 + 2 * field }
    static let count = 5 + 2 * ChangeBatch.fields.count

    /// A column to whose last text the ends of this one's are held; logins and numbers often end as the
    /// user's name does.
    static func reference(of column: Int, hasLogin: Bool) -> Int {
      switch column {
      case old(1), new(1): hasLogin ? login : userName
      case login, old(0), new(0), old(4), new(4): userName
      default: column
      }
    }
  }
}

/// A batch of changes as it is stored.
struct PackedChanges: Sendable {
  let count: Int
  let bytes: [UInt8]
}

/// Packs changes.
struct ChangePacker {
  private var bytes: [UInt8] = []
  private var memory = TextMemory(columns: ChangeBatch.Column.count)
  private(set) var count = 0

  /// True if the batch is to be stored.
  var isFull: Bool { count == ChangeBatch.maximumCount }

  /// Adds a change. Its run, time and actor are those of the batch.
  mutating func append(
    _ kind: ChangeRecord.Kind, userName: some Sequence<UInt8>, guid: ObjectGUID?,
    domain: String?, login: ArraySlice<UInt8>?, fields: [FieldBytes], comment: String?
  ) {
    let codes = fields.map { Self.code(of: $0.field) }
    let hasLogin = nonBlank(login) != nil
    appendHead(
      kind, codes, userName: userName, guid: guid, domain: domain, login: login, comment: comment)
    for index in fields.indices {
      let code = Int(codes[index])
      append(fields[index].old, to: ChangeBatch.Column.old(code), hasLogin)
      append(fields[index].new, to: ChangeBatch.Column.new(code), hasLogin)
    }
  }

  /// Adds a user who was not there before, with all values as bytes.
  mutating func append(imported fields: [(field: TenantField, value: ArraySlice<UInt8>)]) {
    let name = fields.first { $0.field == .userName }?.value ?? []
    let codes = fields.map { Self.code(of: $0.field) }
    appendHead(
      .imported, codes, userName: name, guid: nil, domain: nil, login: nil, comment: nil)
    for (code, field) in zip(codes, fields) {
      bytes.append(0)
      append(field.value, to: ChangeBatch.Column.new(Int(code)), false)
    }
  }

  private static func code(of field: TenantField) -> UInt8 {
    UInt8(ChangeBatch.fields.firstIndex(of: field) ?? 0)
  }

  private mutating func appendHead(
    _ kind: ChangeRecord.Kind, _ codes: [UInt8], userName: some Sequence<UInt8>,
    guid: ObjectGUID?, domain: String?, login: ArraySlice<UInt8>?, comment: String?
  ) {
    let number = UInt8(ChangeBatch.kinds.firstIndex(of: kind) ?? 0)
    bytes.append(number | (guid == nil ? 0 : ChangeBatch.guidFlag))
    let hasLogin = nonBlank(login) != nil
    append(codes.isEmpty ? nil : codes, to: ChangeBatch.Column.fields, hasLogin)
    append(userName, to: ChangeBatch.Column.userName, hasLogin)
    guid?.appendBytes(to: &bytes)
    append(nonBlank(domain?.utf8), to: ChangeBatch.Column.domain, hasLogin)
    append(nonBlank(login), to: ChangeBatch.Column.login, hasLogin)
    append(nonBlank(comment?.utf8), to: ChangeBatch.Column.comment, hasLogin)
    count += 1
  }

  /// What a change is not about is told by no text, not by an empty one.
  private func nonBlank<Text: Collection<UInt8>>(_ text: Text?) -> Text? {
    text.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Takes the batch and begins another.
  mutating func finish() -> PackedChanges {
    var batch: [UInt8] = []
    batch.reserveCapacity(bytes.count + 2)
    Self.append(count, to: &batch)
    batch += bytes
    let changes = PackedChanges(count: count, bytes: batch)
    self = ChangePacker()
    return changes
  }

  private mutating func append(
    _ value: (some Sequence<UInt8>)?, to column: Int, _ hasLogin: Bool
  ) {
    guard let value else { return bytes.append(0) }
    let text = memory.add(value)
    let slot = memory.slot(of: text)
    let held = memory.text(in: slot, of: column)
    if !text.isEmpty, memory.isSame(text, held) {
      memory.remove(text)
      memory.remember(held, in: column)
      return bytes.append(UInt8(slot + 1))
    }
    let reference = ChangeBatch.Column.reference(of: column, hasLogin: hasLogin)
    let prefix = memory.prefix(
      text, memory.last(of: column), limit: ChangeBatch.longestPrefix)
    let suffix = memory.suffix(text, memory.last(of: reference), limit: text.count - prefix)
    bytes.append(ChangeBatch.firstPrefix + UInt8(prefix))
    Self.append(suffix, to: &bytes)
    Self.append(text.count - prefix - suffix, to: &bytes)
    bytes += memory.bytes[(text.lowerBound + prefix)..<(text.upperBound - suffix)]
    memory.remember(text, in: column)
  }

  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    var rest = number
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// Reads packed changes one after the other, making no text that is not asked for.
struct ChangeUnpacker {
  private let bytes: [UInt8]
  private var place = 0
  private var memory = TextMemory(columns: ChangeBatch.Column.count)
  /// The changes of the batch.
  let count: Int
  /// The change that was read last.
  private(set) var kind = ChangeRecord.Kind.updated
  private(set) var guid: ObjectGUID?
  private var userNamePlace: Range<Int>?
  private var domainPlace: Range<Int>?
  private var loginPlace: Range<Int>?
  private var commentPlace: Range<Int>?
  private var fieldPlaces: [(field: TenantField, old: Range<Int>?, new: Range<Int>?)] = []

  /// - Throws: ``StoreError`` for what is no batch.
  init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    var place = 0
    count = try Self.number(bytes, &place)
    guard count <= ChangeBatch.maximumCount else { throw Self.unreadable }
    self.place = place
  }

  var userName: String { text(userNamePlace) ?? "" }
  var domain: String? { text(domainPlace) }
  var login: String? { text(loginPlace) }
  var comment: String? { text(commentPlace) }
  var fields: [FieldChange] {
    fieldPlaces.map { FieldChange($0.field, old: text($0.old), new: text($0.new)) }
  }

  /// Reads the next change; there are ``count``.
  mutating func next() throws {
    let head = try byte()
    let number = Int(head & ~ChangeBatch.guidFlag)
    guard ChangeBatch.kinds.indices.contains(number) else { throw Self.unreadable }
    kind = ChangeBatch.kinds[number]
    let codes = try text(of: ChangeBatch.Column.fields, false)
    userNamePlace = try text(of: ChangeBatch.Column.userName, false)
    guid = nil
    if head & ChangeBatch.guidFlag != 0 {
      guard bytes.count - place >= 16 else { throw Self.unreadable }
      guid = ObjectGUID(bytes: bytes[place..<place + 16])
      place += 16
    }
    domainPlace = try text(of: ChangeBatch.Column.domain, false)
    loginPlace = try text(of: ChangeBatch.Column.login, false)
    commentPlace = try text(of: ChangeBatch.Column.comment, false)
    try readFields(codes, hasLogin: loginPlace != nil)
  }

  private mutating func readFields(_ codes: Range<Int>?, hasLogin: Bool) throws {
    fieldPlaces.removeAll(keepingCapacity: true)
    for index in codes ?? 0..<0 {
      let code = Int(memory.bytes[index])
      guard ChangeBatch.fields.indices.contains(code) else { throw Self.unreadable }
      let old = try text(of: ChangeBatch.Column.old(code), hasLogin)
      let new = try text(of: ChangeBatch.Column.new(code), hasLogin)
      fieldPlaces.append((ChangeBatch.fields[code], old, new))
    }
  }

  private mutating func text(of column: Int, _ hasLogin: Bool) throws -> Range<Int>? {
    let tag = try byte()
    if tag == 0 { return nil }
    if tag < ChangeBatch.firstPrefix {
      let text = memory.text(in: Int(tag) - 1, of: column)
      memory.remember(text, in: column)
      return text
    }
    let prefix = Int(tag - ChangeBatch.firstPrefix)
    let suffix = try Self.number(bytes, &place)
    let count = try Self.number(bytes, &place)
    let reference = ChangeBatch.Column.reference(of: column, hasLogin: hasLogin)
    let (before, end) = (memory.last(of: column), memory.last(of: reference))
    guard prefix <= before.count, suffix <= end.count, count <= bytes.count - place else {
      throw Self.unreadable
    }
    let start = memory.add(copyOf: before.prefix(prefix)).lowerBound
    _ = memory.add(bytes[place..<place + count])
    let text = start..<memory.add(copyOf: end.suffix(suffix)).upperBound
    place += count
    memory.remember(text, in: column)
    return text
  }

  private func text(_ place: Range<Int>?) -> String? {
    place.map { String(decoding: memory.bytes[$0], as: UTF8.self) }
  }

  private mutating func byte() throws -> UInt8 {
    guard place < bytes.count else { throw Self.unreadable }
    place += 1
    return bytes[place - 1]
  }

  private static func number(_ bytes: [UInt8], _ place: inout Int) throws -> Int {
    var number = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      guard place < bytes.count else { break }
      let byte = bytes[place]
      place += 1
      number |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return number }
    }
    throw unreadable
  }

  private static var unreadable: StoreError {
    StoreError(
      .store,
      "a row of the store holds changes that cannot be read; put back a copy of the store")
  }
}
