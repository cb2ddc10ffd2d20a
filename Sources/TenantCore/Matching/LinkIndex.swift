/// Finds links by their directory users: open addressing over a ``LinkTable``, so that a million
/// links cost one array of numbers.
///
/// GUIDs are hashed with the process's seeded hasher, so that crafted ones cannot slow a run down.
package struct LinkIndex: Sendable {
  private let links: LinkTable
  /// Numbers of links, -1 where there is none; a power of two, at most half full.
  private var slots: [Int32]

  /// Indexes links; of several of one GUID the first counts.
  package init(_ links: LinkTable) {
    self.links = links
    var size = 16
    while size < links.count * 2 { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    for link in 0..<links.count {
      let slot = place(of: links.guid(of: link))
      if slots[slot] < 0 { slots[slot] = Int32(link) }
    }
  }

  /// The link of a directory user; nil if it has none.
  package func link(of guid: ObjectGUID) -> Int? {
    let link = slots[place(of: guid)]
    return link < 0 ? nil : Int(link)
  }

  /// The slot that holds a GUID's link, or the empty one where it would be.
  private func place(of guid: ObjectGUID) -> Int {
    var hasher = Hasher()
    hasher.combine(guid)
    var slot = hasher.finalize() & (slots.count - 1)
    while slots[slot] >= 0, links.guid(of: Int(slots[slot])) != guid {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }
}
