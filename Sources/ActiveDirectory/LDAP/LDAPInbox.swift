import CLDAP

/// What a connection has received and nobody has taken yet: bytes, in which messages are told apart.
///
/// A connection may have two answers under way: the next page of users while the rest of a list of
/// values is read. The messages of the one that is not waited for are set aside.
struct LDAPInbox {
  /// All messages that answer one request, one after the other; those of others may lie between.
  struct Answer {
    let id: Int32
    let bytes: [UInt8]
    /// The end of the last message.
    let end: Int
    /// The content of the last message.
    let last: Range<Int>
    /// The content of the first entry's message.
    let firstEntry: Range<Int>?
    let hasReferences: Bool
  }

  /// The least room for a read, and the size of the first buffer. The buffers of answers come back,
  /// so that a buffer soon is as large as a page, and a page is a few reads.
  static let leastRoom = 1 << 16
  /// The largest buffer that is kept for the next answer.
  private static let longestSpare = 16 << 20

  /// The most bytes of one message.
  var longestMessage = Int.max
  /// What was received, up to ``filled``, and looked at, up to ``end``.
  private var bytes: [UInt8] = []
  private var filled = 0
  private var end = 0
  private var firstEntry: Range<Int>?
  private var hasReferences = false
  private var spare: [UInt8] = []
  /// The requests that are under way, by id, with the messages of their answers that were set aside.
  private var asked: [Int32: [UInt8]] = [:]

  /// The bytes that are kept.
  var count: Int { asked.values.reduce(filled) { $0 + $1.count } }

  /// Takes note of a request: messages with an id that nobody knows are dropped.
  mutating func expect(_ id: Int32) { asked[id] = [] }

  /// Forgets a request.
  mutating func drop(_ id: Int32) { asked[id] = nil }

  /// Begins to look for the answer to a request; what was set aside of it comes first.
  mutating func begin(_ id: Int32) {
    let before = asked.updateValue([], forKey: id) ?? []
    guard end > 0 || !before.isEmpty else { return }
    refill(with: before + bytes[end..<filled])
  }

  /// Lets bytes be added behind those that are there.
  ///
  /// - Parameter read: fills a part of the room and says how much.
  mutating func receive(
    _ read: (UnsafeMutableRawBufferPointer) throws(LDAPFault) -> Int
  ) throws(LDAPFault) -> Int {
    if bytes.count - filled < Self.leastRoom {
      let more = max(Self.leastRoom, bytes.count)
      bytes.append(contentsOf: [UInt8](repeating: 0, count: more))
    }
    let start = filled
    var room = bytes.mutableSpan
    let count = try unsafe room.withUnsafeMutableBytes { bytes throws(LDAPFault) in
      try unsafe read(UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
    }
    filled += count
    return count
  }

  /// Looks at the messages that have come since it last did.
  ///
  /// - Returns: the answer, once its last message is here.
  mutating func take(_ id: Int32) throws(LDAPFault) -> Answer? {
    while let content = try nextMessage() {
      let start = end
      end = content.upperBound
      let message = try LDAPMessage(content, in: bytes.span)
      guard message.id == id else {
        try setAside(message, start..<end)
        continue
      }
      switch message.operation.tag {
      case LDAPMessage.entry: firstEntry = firstEntry ?? content
      case LDAPMessage.reference: hasReferences = true
      default: if message.isLast { return finish(id, last: content) }
      }
    }
    return nil
  }

  /// Gives the bytes of an answer back that nobody needs any more.
  mutating func recycle(_ bytes: consuming [UInt8]) {
    if bytes.count > spare.count && bytes.count <= Self.longestSpare { spare = bytes }
  }

  /// The content of the message behind those that were looked at; nil if it is not whole yet.
  private func nextMessage() throws(LDAPFault) -> Range<Int>? {
    let bytes = bytes.span
    guard end < filled else { return nil }
    guard bytes[end] == BERCursor.sequence else { throw BERCursor.fault }
    switch BERCursor.header(at: end, end: filled, in: bytes) {
    case .partial(let length):
      // One that is going to be too long is not waited for.
      if let length { try checkLength(length) }
      return nil
    case .damaged: throw BERCursor.fault
    case .element(let element):
      try checkLength(element.content.count)
      return element.content
    }
  }

  private func checkLength(_ length: Int) throws(LDAPFault) {
    guard length > longestMessage else { return }
    throw LDAPFault(
      code: LDAP_DECODING_ERROR, diagnostic: "a message has more than \(longestMessage) bytes")
  }

  private mutating func setAside(
    _ message: LDAPMessage, _ part: Range<Int>
  ) throws(LDAPFault) {
    if message.id == LDAPMessage.unsolicited {
      let fault = try message.result(in: bytes.span).fault
      throw LDAPFault(code: LDAP_SERVER_DOWN, diagnostic: "the server says: \(fault.text)")
    }
    asked[message.id]?.append(contentsOf: bytes[part])
  }

  private mutating func finish(_ id: Int32, last: Range<Int>) -> Answer {
    asked[id] = nil
    let answer = Answer(
      id: id, bytes: bytes, end: end, last: last, firstEntry: firstEntry,
      hasReferences: hasReferences)
    refill(with: bytes[end..<filled])
    return answer
  }

  /// Goes on in another buffer, with bytes that have come already.
  private mutating func refill(with begin: some Collection<UInt8>) {
    var next = spare
    spare = []
    filled = begin.count
    if filled > next.count {
      next = Array(begin)
    } else if filled > 0 {
      next.replaceSubrange(0..<filled, with: begin)
    }
    (bytes, end, firstEntry, hasReferences) = (next, 0, nil, false)
  }
}
