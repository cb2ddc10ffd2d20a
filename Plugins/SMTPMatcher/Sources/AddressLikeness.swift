internal import PluginContract

/// The near keys of `smtp`: spaces, look-alikes, the form of the address, accents, and the same part
/// before the `@`.
struct AddressLikeness {
  /// The index of the first of ``rules`` among the matcher's.
  let firstRule: Int

  static let rules = [NearMissKind.whitespace, .lookAlike, .form, .accent, .localPart].map {
    KeyRule.near($0, matcher: "smtp", attributes: ["mail"], fields: [.email])
  }

  func addKeys(_ column: PackedColumn?, _ record: Int, to keys: inout KeyBatch) {
    guard let column else { return }
    for (index, position) in column.values(of: record).enumerated() {
      let value = column.value(position)
      keys.add(Likeness.withoutSpaces(value), rule: firstRule, valueIndex: index)
      keys.add(Likeness.withoutLookAlikes(value), rule: firstRule + 1, valueIndex: index)
      for address in Likeness.addresses(in: value) {
        keys.add(address, rule: firstRule + 2, valueIndex: index)
      }
      keys.add(Likeness.withoutAccents(value), rule: firstRule + 3, valueIndex: index)
      keys.add(Likeness.localPart(value), rule: firstRule + 4, valueIndex: index)
    }
  }
}
