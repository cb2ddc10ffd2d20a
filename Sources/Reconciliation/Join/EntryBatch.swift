internal import PluginContract
internal import TenantCore

/// Turns rows of the stored snapshot back into records, so that one code path judges both.
struct EntryBatch {
  let batch: DirectoryUserBatch

  /// Records of one directory, no more than a batch holds; `attributes` are those of the matcher.
  init(_ entries: some Collection<SnapshotEntry>, directory: Int, attributes: [String]) {
    let text = DirectoryAttribute.text + attributes.filter { !DirectoryAttribute.text.contains($0) }
    var builder = RecordBatchBuilder(
      text: text, opaque: [DirectoryAttribute.distinguishedName], directory: directory)
    for entry in entries {
      for (column, name) in text.enumerated() {
        for value in entry.attributes[name] ?? [] { builder.append(Array(value.utf8), to: column) }
      }
      builder.append(Array(entry.distinguishedName.utf8), to: text.count)
      builder.endRecord()
    }
    batch = DirectoryUserBatch(
      directory: directory, records: builder.finish(), anchors: entries.map(\.guid),
      flags: entries.map(\.flags), changeNumbers: entries.map { _ in 0 },
      changedAt: entries.map { _ in 0 })
  }

  /// Any number of records in their order, without the attributes of matchers.
  static func batches(of entries: [SnapshotEntry], in tenant: Tenant) -> [DirectoryUserBatch] {
    var batches: [DirectoryUserBatch] = []
    var rest = entries[...]
    while let first = rest.first {
      let alike = rest.prefix(RecordBatch.maximumCount).prefix(while: { $0.domain == first.domain })
      let directory = tenant.directoryIndex(ofDomain: first.domain)
      batches.append(EntryBatch(alike, directory: directory, attributes: []).batch)
      rest = rest.dropFirst(alike.count)
    }
    return batches
  }
}

extension Tenant {
  /// The directory of a domain, in any case; the first if the domain is no longer configured.
  func directoryIndex(ofDomain domain: String) -> Int {
    let folded = CanonicalText.of(domain)
    return directories.firstIndex { CanonicalText.of($0.domain) == folded } ?? 0
  }
}
