import PluginContract
import TenantCore

/// Makes rows of a ``TenantCore/DirectoryUserBatch`` of the attribute values of one record after
/// the other, whatever they are read from. It makes no `String` for a value.
///
/// Use: ``index(of:)`` for a name, ``append(index:bytes:)`` for each value, ``endRecord(dn:)``,
/// and ``take()`` once ``isFull`` or at the end.
struct DirectoryBatchBuilder {
  private let directory: Int
  private let table: AttributeTable
  private let judge: AccountJudge
  private var rules: ExclusionRules
  private var columns: RecordBatchBuilder
  private var record = RecordInProgress()
  private var size = RecordSize()
  private var dropped: DroppedValues
  private var rows: Rows

  /// Starts.
  ///
  /// - Parameters:
  ///   - rootDN: what relative organizational units are relative to; nil for a file.
  ///   - attributes: text attributes beside ``TenantCore/DirectoryAttribute/text``.
  ///   - moment: when the run began; expired accounts are judged by it (M12).
  /// - Throws: ``DirectoryError`` for an excluded unit that is no distinguished name.
  init(
    directory: Int, configuration: Directory, rootDN: String?, attributes: [String],
    moment: Timestamp
  ) throws(DirectoryError) {
    self.directory = directory
    table = AttributeTable(adding: attributes)
    judge = AccountJudge(moment: moment)
    rules = try ExclusionRules(configuration.exclusions, rootDN: rootDN)
    columns = Self.columns(table, directory)
    dropped = DroppedValues(domain: configuration.domain)
    rows = Rows()
  }

  /// Notes of values that were read and are not kept.
  var findings: [Finding] { dropped.findings }

  /// The attributes to ask for, in the order of their indexes.
  var wantedAttributes: [String] { table.entries.map(\.name) }

  /// The index of an attribute (any case), or nil if it is not asked for.
  func index(of attributeName: some RandomAccessCollection<UInt8>) -> Int? {
    table.index(of: attributeName)
  }

  /// The number of complete records.
  var count: Int { columns.count }

  /// True if the batch must be taken.
  var isFull: Bool { columns.isFull || byteCount >= RecordSize.maximumBatch }

  /// The bytes of all values and names of the complete records.
  var byteCount: Int { rows.bytes }

  /// True if the record that is being read holds no more values.
  var isRecordTooLarge: Bool { size.problem != nil }

  /// Adds a value to the record that is being read.
  mutating func append(index: Int, bytes: some BidirectionalCollection<UInt8>) {
    let entry = table.entries[index]
    if let column = entry.column { append(bytes, to: column) }
    if let meaning = entry.meaning { record.take(bytes, as: meaning) }
  }

  /// Adds a value straight from foreign memory, which is not kept.
  mutating func append(index: Int, raw: UnsafeRawBufferPointer) {
    unsafe append(index: index, bytes: raw)
  }

  /// Gives an attribute of the record up: it makes the record invalid (M14).
  ///
  /// - Parameter words: what is wrong with it, after its name.
  mutating func refuse(index: Int, _ words: String) {
    let name = table.entries[index].name
    record.undecodable = record.undecodable ?? name
    dropped.note("\(name) \(words)")
  }

  /// Notes that the source has a place for an attribute and it is blank.
  mutating func appendBlank(index: Int) {
    if table.entries[index].meaning == .lockoutTime { record.isLockoutBlank = true }
  }

  /// Takes whether the account is enabled from a source that says it as text.
  mutating func insert(isEnabled: Bool) { record.isEnabledByWord = isEnabled }

  /// Takes whether the account is locked from a source that says it as text.
  mutating func insert(isLocked: Bool) { record.isLockedByWord = isLocked }

  /// Takes the anchor from a source that writes it as text.
  mutating func insert(_ guid: ObjectGUID) { record.insert(guid) }

  /// True if organizational units are excluded, which only a DN tells.
  var needsNames: Bool { rules.readsNames }

  /// Closes the record that is being read; one that is no living person's is left out (M12).
  mutating func endRecord(dn: some BidirectionalCollection<UInt8>) {
    guard record.isLivingPerson(dn: dn) else {
      columns.discardRecord()
      dropped.discardRecord()
      (size, _) = (RecordSize(), record.reset())
      return
    }
    dropped.endRecord(login: record.login, dn: dn)
    columns.append(dn, to: table.text.count)
    if rules.readsNames { judge(dn: Array(dn)) }
    if rules.readsLogins, rules.excludes(login: record.login) {
      rows.exclusions[count] = .logins
    }
    if let fault = record.fault { rows.faults[count] = fault }
    rows.anchors.append(record.guid)
    rows.flags.append(judge.flags(of: record))
    rows.changeNumbers.append(record.changeNumber)
    rows.changedAt.append(record.changedAt)
    rows.bytes += size.bytes + dn.count
    columns.endRecord()
    (size, _) = (RecordSize(), record.reset())
  }

  /// Hands the complete records over and begins the next batch.
  mutating func take() -> DirectoryUserBatch {
    let taken = rows
    rows = Rows()
    return DirectoryUserBatch(
      directory: directory, records: columns.take(), anchors: taken.anchors,
      flags: taken.flags, changeNumbers: taken.changeNumbers, changedAt: taken.changedAt,
      faults: taken.faults, exclusions: taken.exclusions)
  }

  private mutating func append(_ value: some BidirectionalCollection<UInt8>, to column: Int) {
    let problem = size.take(value.count)
    let isText = problem == nil && columns.append(value, to: column)
    if let problem, size.isNews { dropped.note("\(table.text[column]) \(problem)") }
    if !isText { record.undecodable = record.undecodable ?? table.text[column] }
    if column == 0 { record.takeLogin(value, isText: isText) }
  }

  private mutating func judge(dn: [UInt8]) {
    switch rules.judge(dn: dn) {
    case .included: break
    case .excluded: rows.exclusions[count] = .organizationalUnits
    case .unreadable:
      record.undecodable = record.undecodable ?? DirectoryAttribute.distinguishedName
    }
  }

  private static func columns(_ table: AttributeTable, _ directory: Int) -> RecordBatchBuilder {
    RecordBatchBuilder(
      text: table.text, opaque: [DirectoryAttribute.distinguishedName], directory: directory)
  }

  /// What a batch holds beside its columns.
  private struct Rows {
    var anchors: [ObjectGUID?] = []
    var flags: [AccountFlags] = []
    var changeNumbers: [UInt64] = []
    var changedAt: [Int64] = []
    var faults: [Int: RecordFault] = [:]
    var exclusions: [Int: ExclusionRule] = [:]
    var bytes = 0
  }
}
