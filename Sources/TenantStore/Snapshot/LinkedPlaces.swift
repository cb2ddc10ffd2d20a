internal import GRDB
internal import TenantCore

/// Where the linked directory users of the snapshot lie in their directory.
enum LinkedPlaces {
  /// Gives the GUID of each row with a tenant user, and the parent of its distinguished name; nothing if it has none.
  ///
  /// A million users lie in a few thousand units: equal parents are one array.
  static func forEach(_ database: Database, _ body: (ObjectGUID, [UInt8]) throws -> Void) throws {
    var parents: [ArraySlice<UInt8>: [UInt8]] = [:]
    var last: [UInt8] = []
    try SnapshotReader(database, [.anchors, .codes, .names]).forEachSegment { batch, rows in
      for row in rows where batch.userID(of: row) != nil {
        guard let guid = batch.guid(of: row) else { continue }
        // The end of a name begins with the separator.
        let parent = batch.names.distinguishedName.tail(of: row).dropFirst()
        if parent != last[...] {
          if parents[parent] == nil {
            let copy = Array(parent)
            parents[copy[...]] = copy
          }
          last = parents[parent] ?? []
        }
        try body(guid, last)
      }
    }
  }
}
