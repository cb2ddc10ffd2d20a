/// One matcher's answer among those of a matcher that combines several.
package struct KeyPart: Sendable {
  let keys: KeyBatch
  let firstRule: Int
  let name: String

  /// Takes an answer.
  ///
  /// - Parameters:
  ///   - firstRule: where its rules begin among those of the matcher that combines.
  ///   - name: whom a failure is said to be of.
  package init(_ keys: KeyBatch, firstRule: Int, name: String) {
    self.keys = keys
    self.firstRule = firstRule
    self.name = name
  }
}

extension KeyBatch {
  /// The keys of several matchers for the same records: in each record those of one after those of the
  /// other. Of verdicts the first stays, but a failure wins over a skip.
  package init(joining parts: [KeyPart], recordCount: Int) {
    var joined = JoinedKeys(parts.map(\.keys), recordCount: recordCount)
    for part in parts { joined.place(part.keys, firstRule: part.firstRule) }
    joined.beginBytes()
    for part in parts { joined.copyBytes(of: part.keys.keys) }
    var verdicts: [Int: Verdict] = [:]
    for part in parts {
      for (record, verdict) in part.keys.verdicts {
        let own: Verdict
        if case .fail(let message) = verdict {
          own = .fail(message: "\(part.name): \(message)")
        } else {
          own = verdict
        }
        switch (verdicts[record], own) {
        case (nil, _), (.skip, .fail): verdicts[record] = own
        default: continue
        }
      }
    }
    self.init(
      keys: joined.column, rules: joined.rules, valueIndexes: joined.valueIndexes,
      verdicts: verdicts)
  }
}

/// Keys that are put in their places answer by answer, so that each answer's arrays are looked up once and
/// not once a record.
private struct JoinedKeys {
  private(set) var column = PackedColumn()
  private(set) var rules: [UInt16]
  private(set) var valueIndexes: [UInt16]
  /// For each record, where its next key goes.
  private var next: [Int32]

  init(_ batches: [KeyBatch], recordCount: Int) {
    var ends = [UInt32](repeating: 0, count: recordCount)
    for batch in batches {
      let keys = batch.keys
      for record in 0..<recordCount { ends[record] += UInt32(keys.values(of: record).count) }
    }
    let isSingle = ends.allSatisfy { $0 == 1 }
    next = []
    next.reserveCapacity(recordCount)
    var total: UInt32 = 0
    for record in 0..<recordCount {
      next.append(Int32(total))
      total += ends[record]
      ends[record] = total
    }
    column.recordCount = recordCount
    column.recordEnds = isSingle ? [] : ends
    column.valueEnds = [UInt32](repeating: 0, count: Int(total))
    rules = [UInt16](repeating: 0, count: Int(total))
    valueIndexes = rules
  }

  /// Puts an answer's rules in their places, and the lengths of its keys where their ends will be.
  mutating func place(_ batch: KeyBatch, firstRule: Int) {
    let keys = batch.keys
    for record in 0..<keys.recordCount {
      var place = Int(next[record])
      for value in keys.values(of: record) {
        column.valueEnds[place] = UInt32(keys.byteRange(ofValue: value).count)
        rules[place] = UInt16(clamping: firstRule + Int(batch.rules[value]))
        valueIndexes[place] = batch.valueIndexes[value]
        place += 1
      }
      next[record] = Int32(place)
    }
  }

  /// Makes ends of the lengths, and room for the bytes.
  mutating func beginBytes() {
    var end: UInt32 = 0
    for place in column.valueEnds.indices {
      end += column.valueEnds[place]
      column.valueEnds[place] = end
    }
    column.bytes = [UInt8](repeating: 0, count: Int(end))
    for record in next.indices { next[record] = Int32(column.values(of: record).lowerBound) }
  }

  mutating func copyBytes(of keys: PackedColumn) {
    let source = keys.bytes.span
    for record in 0..<keys.recordCount {
      var place = Int(next[record])
      for value in keys.values(of: record) {
        let (from, to) = (keys.byteRange(ofValue: value), column.byteRange(ofValue: place))
        var target = column.bytes.mutableSpan
        target.copy(source.extracting(from), to: to.lowerBound)
        place += 1
      }
      next[record] = Int32(place)
    }
  }
}

extension MutableSpan<UInt8> {
  /// Writes bytes over those from an offset on.
  fileprivate mutating func copy(_ bytes: Span<UInt8>, to offset: Int) {
    precondition(offset >= 0 && bytes.count <= count - offset)
    unsafe withUnsafeMutableBufferPointer { target in
      unsafe bytes.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        unsafe (to + offset).update(from: from, count: source.count)
      }
    }
  }
}
