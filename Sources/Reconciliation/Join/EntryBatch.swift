internal import PluginContract
internal import TenantCore

/// Turns rows of the stored snapshot back into records, so that one code path judges both.
struct EntryBatch {
  let batch: DirectoryUserBatch

  /// One record; `attributes` are those of the matcher.
  init(_ entry: SnapshotEntry, directory: Int, attributes: [String]) {
    let text = DirectoryAttribute.text + attributes.filter { !DirectoryAttribute.text.contains($0) }
    var builder = RecordBatchBuilder(
      text: text, opaque: [DirectoryAttribute.distinguishedName], directory: directory)
    for (column, name) in text.enumerated() {
      for value in entry.attributes[name] ?? [] { builder.append(Array(value.utf8), to: column) }
    }
    builder.append(Array(entry.distinguishedName.utf8), to: text.count)
    builder.endRecord()
    batch = DirectoryUserBatch(
      directory: directory, records: builder.finish(), anchors: [entry.guid],
      flags: [entry.flags], changeNumbers: [0], changedAt: [0])
  }
}

extension Tenant {
  /// The directory of a domain, in any case; the first if the domain is no longer configured.
  func directoryIndex(ofDomain domain: String) -> Int {
    let folded = CanonicalText.of(domain)
    return directories.firstIndex { CanonicalText.of($0.domain) == folded } ?? 0
  }
}
