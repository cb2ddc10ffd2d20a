import TenantCore

/// Bounds what one record holds, whatever it is read from.
struct RecordSize {
  /// The most values of all compared attributes of a record. Active Directory keeps some 1,300 in an
  /// attribute, and more only of links such as `memberOf`.
  static let maximumValues = 100_000
  /// The most bytes of them.
  static let maximumBytes = 16 << 20
  /// The bytes after which a batch is handed over.
  static let maximumBatch = 256 << 20

  /// The bytes that are kept.
  private(set) var bytes = 0
  /// What all values of the record have exceeded, for a sentence; nil if there is room.
  private(set) var problem: String?
  /// True if what the last value met was met for the first time.
  private(set) var isNews = false
  private var values = 0

  /// Takes the length of a value, in bytes.
  ///
  /// - Returns: why it is not kept, for a sentence; nil if it is.
  mutating func take(_ length: Int) -> String? {
    isNews = problem == nil
    if let problem { return problem }
    guard length <= DirectoryUserBatch.maximumValueLength else {
      return "of \(length) bytes is longer than \(DirectoryUserBatch.maximumValueLength)"
    }
    guard values < Self.maximumValues else {
      problem = "is beyond \(Self.maximumValues) values of one user"
      return problem
    }
    guard bytes + length <= Self.maximumBytes else {
      problem = "is beyond \(Self.maximumBytes >> 20) MiB of values of one user"
      return problem
    }
    values += 1
    bytes += length
    return nil
  }
}

/// Notes of values that were read and are not kept, so that none vanishes without a word.
struct DroppedValues {
  /// The most users that are noted one by one; the rest is counted.
  static let maximumNotes = 20
  /// The most notes of one user.
  static let maximumOfUser = 4

  private let domain: String
  private var notes: [Finding] = []
  private var pending: [String] = []
  private var more = 0

  init(domain: String) { self.domain = domain }

  /// All notes.
  var findings: [Finding] {
    guard more > 0 else { return notes }
    let rest = Finding(
      .valueTooLong, subject: domain,
      message: "\(more) more users have values that are too long and were not kept")
    return notes + [rest]
  }

  /// Notes a value of the record that is being read; whose it is, is known at its end.
  mutating func note(_ words: String) {
    if pending.count < Self.maximumOfUser { pending.append(words) }
  }

  mutating func endRecord(login: [UInt8], dn: some BidirectionalCollection<UInt8>) {
    guard !pending.isEmpty else { return }
    defer { pending = [] }
    guard notes.count < Self.maximumNotes else {
      more += 1
      return
    }
    let longest = DirectoryUserBatch.maximumValueLength
    let name =
      login.isEmpty
      ? String(decoding: dn.prefix(longest), as: UTF8.self)
      : "\(domain)\\\(String(decoding: login.prefix(longest), as: UTF8.self))"
    notes.append(
      Finding(
        .valueTooLong, subject: name,
        message: pending.joined(separator: "; ") + ", and was not kept; shorten it in the directory"
      ))
  }

  mutating func discardRecord() { pending = [] }

  /// Adds notes of what was read behind this.
  mutating func add(_ other: DroppedValues) {
    let room = min(other.notes.count, Self.maximumNotes - notes.count)
    notes += other.notes[..<room]
    more += other.notes.count - room + other.more
  }
}
