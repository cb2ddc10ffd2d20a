internal import TenantCore

/// One row of the snapshot with all that is stored of it; empty texts are absent (S3).
struct SnapshotRecord: Equatable {
  var guid: ObjectGUID?
  var state: RowState
  var flags: AccountFlags
  /// The linked tenant user; 0 for none.
  var userID: Int64
  var login: ArraySlice<UInt8>
  var mail: ArraySlice<UInt8>
  var principalName: ArraySlice<UInt8>
  var firstName: ArraySlice<UInt8>
  var lastName: ArraySlice<UInt8>
  var employeeID: ArraySlice<UInt8>
  var distinguishedName: ArraySlice<UInt8>
  /// Of rows without a GUID that are alike, which one it is, from 2; 0 for any other.
  var occurrence: Int
  /// The attributes beyond those, and those with several values, as JSON.
  var more: ArraySlice<UInt8>
  /// Nil where it is that of the link (semantics.md 5: "kept from the time of linking").
  var reason: StoredReason?
}
