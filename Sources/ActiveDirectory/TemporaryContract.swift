import PluginContract
import TenantCore

struct DirectoryError: Error, Sendable {
  enum Code: Sendable { case unavailable, incomplete, configuration }
  var code: Code
  var message: String
  var cause: (any Error)?
  init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }
}

struct DirectoryBatchBuilder {
  let directory: Int
  let text: [String]
  var wantedAttributes: [String]
  var batch: RecordBatchBuilder
  var guid: ObjectGUID?
  var anchors: [ObjectGUID?] = []
  init(
    directory: Int, configuration: Directory, rootDN: String?, attributes: [String],
    moment: Timestamp
  ) {
    self.directory = directory
    text = DirectoryAttribute.text + attributes
    wantedAttributes =
      text + [
        "objectGUID", "userAccountControl", "accountExpires",
        "msDS-User-Account-Control-Computed", "lockoutTime", "uSNChanged", "whenChanged",
      ]
    batch = RecordBatchBuilder(text: text, opaque: ["distinguishedName"], directory: directory)
  }
  var count: Int { batch.count }
  mutating func append(index: Int, raw: UnsafeRawBufferPointer) {
    if index < text.count {
      unsafe batch.append(raw, to: index)
    } else if index == text.count {
      guid = unsafe ObjectGUID(bytes: raw)
    }
  }
  mutating func endRecord(dn: UnsafeRawBufferPointer) {
    unsafe batch.append(dn, to: text.count)
    batch.endRecord()
    anchors.append(guid)
    guid = nil
  }
  mutating func take() -> DirectoryUserBatch {
    let n = count
    let old = batch.finish()
    batch = RecordBatchBuilder(text: text, opaque: ["distinguishedName"], directory: directory)
    defer { anchors = [] }
    return DirectoryUserBatch(
      directory: directory, records: old, anchors: anchors,
      flags: .init(repeating: [], count: n), changeNumbers: .init(repeating: 0, count: n),
      changedAt: .init(repeating: 0, count: n))
  }
}
