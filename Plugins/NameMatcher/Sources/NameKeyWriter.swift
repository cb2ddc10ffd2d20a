internal import PluginContract

/// Writes the keys of names: first name, separator, last name.
struct NameKeyWriter {
  /// ASCII's unit separator; the host shows it as a space. No name may hold it, so that
  /// `a‧b` + `c` and `a` + `b‧c` stay two people.
  static let separator: UInt8 = 0x1F

  let side: Side
  let purpose: KeyPurpose
  private var buffer: [UInt8] = []

  init(side: Side, purpose: KeyPurpose) {
    self.side = side
    self.purpose = purpose
  }

  mutating func addKeys(
    first: ArraySlice<UInt8>, last: ArraySlice<UInt8>, to keys: inout KeyBatch
  ) {
    guard !first.isEmpty, !last.isEmpty else { return }
    guard !first.contains(Self.separator), !last.contains(Self.separator) else {
      return keys.fail("the name holds the control character U+001F; correct it at its source")
    }
    switch purpose {
    case .candidates: add(first, last, .pair, to: &keys)
    case .explanation: addNearKeys(first, last, to: &keys)
    }
  }

  private mutating func addNearKeys(
    _ first: ArraySlice<UInt8>, _ last: ArraySlice<UInt8>, to keys: inout KeyBatch
  ) {
    add(
      Likeness.withoutSpaces(first)[...], Likeness.withoutSpaces(last)[...], .spaces, to: &keys)
    add(
      Likeness.withoutLookAlikes(first)[...], Likeness.withoutLookAlikes(last)[...], .lookAlikes,
      to: &keys)
    add(
      Likeness.withoutAccents(first)[...], Likeness.withoutAccents(last)[...], .accents,
      to: &keys)
    // One side turns its name around, so that equal means: the other way round.
    if side == .directory {
      add(last, first, .transposed, to: &keys)
    } else {
      add(first, last, .transposed, to: &keys)
    }
  }

  private mutating func add(
    _ first: ArraySlice<UInt8>, _ last: ArraySlice<UInt8>, _ rule: NameRule,
    to keys: inout KeyBatch
  ) {
    guard !first.isEmpty, !last.isEmpty else { return }
    buffer.removeAll(keepingCapacity: true)
    buffer += first
    buffer.append(Self.separator)
    buffer += last
    keys.add(buffer, rule: rule.rawValue)
  }
}
