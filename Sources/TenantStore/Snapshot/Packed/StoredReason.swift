internal import PluginContract
internal import TenantCore

/// A reason as texts, in the order of ``ReasonColumns/names``; the candidates are JSON.
struct StoredReason: Equatable {
  let texts: [ArraySlice<UInt8>]

  /// Takes the seven texts; an empty one is absent.
  init(_ texts: [ArraySlice<UInt8>]) { self.texts = texts }

  /// Puts a reason into texts.
  init(_ reason: Reason) {
    var row = RowImage()
    ReasonColumns.append(reason, to: &row)
    texts = row.cells.indices.map { row.slice($0) ?? [] }
  }

  /// The reason.
  func reason() throws -> Reason {
    func text(_ index: Int) -> String? {
      texts[index].isEmpty ? nil : String(decoding: texts[index], as: UTF8.self)
    }
    return Reason(
      code: text(0) ?? "", matcher: text(1), attribute: text(2), value: text(3),
      canonical: text(4),
      candidates: try text(5).map { try JSONText.decode([String].self, $0) } ?? [],
      detail: text(6))
  }
}
