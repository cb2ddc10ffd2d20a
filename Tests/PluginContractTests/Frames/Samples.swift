import Harness

@testable import PluginContract

/// Random frames' bodies with the values that they are made of.
enum Samples {
  static let attributes = ["mail", "sn", "photo"]
  static let fields = [TenantField.userName.rawValue, TenantField.email.rawValue]

  /// The names of two matchers' columns, as a plugin knows them.
  static func names(matcher: UInt32, side: Side) -> [String]? {
    matcher < 2 ? (side == .directory ? attributes : fields) : nil
  }

  static func question(_ random: inout SeededGenerator, records: Int = 20) -> RecordsFrame {
    let isDirectory = Bool.random(using: &random)
    var builder =
      isDirectory
      ? RecordBatchBuilder(
        text: ["mail", "sn"], opaque: ["photo"], directory: random.number(below: 3))
      : RecordBatchBuilder(text: fields, directory: nil)
    for _ in 0..<random.number(below: records + 1) {
      for column in 0..<(isDirectory ? 3 : 2) {
        for _ in 0..<random.number(below: 3) {
          let isText = Bool.random(using: &random)
          let value = isText ? Array(random.text(upTo: 9).utf8) : random.bytes(upTo: 9)
          builder.append(value, to: column)
        }
      }
      builder.endRecord()
    }
    return RecordsFrame(
      request: UInt32.random(in: 0...UInt32.max, using: &random),
      matcher: UInt32(random.number(below: 2)), side: isDirectory ? .directory : .tenant,
      purpose: Bool.random(using: &random) ? .candidates : .explanation, batch: builder.finish())
  }

  static func answer(_ random: inout SeededGenerator, records: Int = 20) -> KeysFrame {
    var keys = KeyBatch()
    for _ in 0..<random.number(below: records + 1) {
      for index in 0..<random.number(below: 4) {
        keys.add(random.bytes(upTo: 9), rule: random.number(below: 1 << 16), valueIndex: index)
      }
      switch random.number(below: 6) {
      case 0: keys.skip(random.text(upTo: 9))
      case 1: keys.fail(random.text(upTo: 9))
      default: break
      }
      keys.endRecord()
    }
    return KeysFrame(request: UInt32.random(in: 0...UInt32.max, using: &random), keys: keys)
  }

  static let columns: [RowColumn] = [.smtpAddress, .reasonCandidates, .status]

  static func rows(_ random: inout SeededGenerator, rows: Int = 20) -> RowBatch {
    var batch = RowBatch(columns: columns)
    for _ in 0..<random.number(below: rows + 1) {
      batch.fill(.smtpAddress, Bool.random(using: &random) ? random.bytes(upTo: 9) : nil)
      batch.fill(
        .reasonCandidates,
        texts: (0..<random.number(below: 4)).map { _ in random.text(upTo: 5) })
      batch.fill(.status, Array("Matched".utf8))
    }
    return batch
  }
}

/// A body that is put together number by number.
struct Body {
  var bytes: [UInt8] = []

  init(_ parts: Body...) { bytes = parts.flatMap(\.bytes) }

  static func numbers(_ values: UInt32...) -> Body {
    var body = Body()
    for value in values { body.bytes += (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }
    return body
  }

  static func shorts(_ values: UInt16...) -> Body {
    var body = Body()
    for value in values { body.bytes += [UInt8(value & 0xFF), UInt8(value >> 8)] }
    return body
  }

  static func text(_ text: String) -> Body {
    var body = Body()
    body.bytes = Array(text.utf8)
    return body
  }

  /// The bytes as they are.
  static func raw(_ bytes: UInt8...) -> Body {
    var body = Body()
    body.bytes = bytes
    return body
  }

  /// A column with one value for each record.
  static func column(_ values: String...) -> Body {
    var (body, end) = (Body(), UInt32(0))
    body = .numbers(UInt32(values.count), UInt32(values.joined().utf8.count))
    for index in values.indices { body = Body(body, .numbers(UInt32(index) + 1)) }
    for value in values {
      end += UInt32(value.utf8.count)
      body = Body(body, .numbers(end))
    }
    return Body(body, .text(values.joined()))
  }
}
