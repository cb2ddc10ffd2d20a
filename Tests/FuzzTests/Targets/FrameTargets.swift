@testable import PluginContract
@testable import PluginHost

extension FuzzTarget {
  /// What plugins and the host send each other.
  static let frames = [
    FuzzTarget(name: "frames") { bytes in
      var parser = FrameParser()
      // In two parts, so that a frame may be cut anywhere.
      let half = bytes.count / 2
      for part in [bytes[..<half], bytes[half...]] {
        for frame in try parser.take(part) {
          if frame.kind == .keys { try lookAtKeys(frame.body) }
          if frame.kind == .control {
            _ = try ControlFrame.decode(frame.body, as: PluginMessage.self)
          }
        }
      }
    },
    FuzzTarget(name: "keys-frame") { try lookAtKeys($0) },
    FuzzTarget(name: "records-frame") { bytes in
      let names = ["mail", "sn", "photo"]
      let read = try RecordsFrame(bytes) { _, _ in names }
      claim(try read.frame(names: names).body == bytes, "records are written as they were read")
      for column in read.batch.columns {
        for record in 0..<read.batch.count { _ = column.raw.texts(of: record) }
      }
    },
    FuzzTarget(name: "rows-frame") { bytes in
      let columns: [RowColumn] = [.smtpAddress, .reasonCandidates, .status]
      let batch = try RowsFrame.batch(bytes, columns: columns)
      claim(try RowsFrame.frame(batch).body == bytes, "rows are written as they were read")
    },
    FuzzTarget(name: "plugin-message") { bytes in
      let message = try ControlFrame.decode(bytes, as: PluginMessage.self)
      let again = try ControlFrame.decode(
        ControlFrame.encode(message).body, as: PluginMessage.self)
      claim(again == message, "a message is read as it was written")
    },
    FuzzTarget(name: "host-message") { bytes in
      _ = try ControlFrame.decode(bytes, as: HostMessage.self)
    },
  ]

  private static func lookAtKeys(_ body: [UInt8]) throws {
    let read = try KeysFrame(body)
    var combined = KeyBatch()
    for record in 0..<read.keys.recordCount {
      _ = read.keys.keys.texts(of: record)
      combined.add(keysOf: record, in: read.keys, firstRule: 1)
      combined.endRecord()
    }
    claim(combined.keys == read.keys.keys, "keys are combined as they are")
  }
}
