internal import Synchronization

/// One attribute of a batch: the values as read and, where it is text, their canonical form.
///
/// The canonical form is made when it is first asked for and kept until it is released: most columns
/// are only carried, and a value that is canonical already is not stored twice.
public struct Column: Sendable {
  /// The attribute's or field's name.
  public let name: String
  /// The bytes as read.
  public let raw: PackedColumn
  /// True if the column is compared, so that it has a canonical form.
  let isText: Bool
  private let form: CanonicalForm

  init(name: String, raw: PackedColumn, isText: Bool) {
    self.name = name
    self.raw = raw
    self.isText = isText
    form = CanonicalForm(nil)
  }

  /// Takes a column whose canonical form is known.
  init(name: String, raw: PackedColumn, canonical: PackedColumn) {
    self.name = name
    self.raw = raw
    isText = true
    form = CanonicalForm(canonical)
  }

  /// The canonical form (``CanonicalText``) of the same values in the same order; an undecodable
  /// value is empty here. Without records if the attribute is not text.
  public var canonical: PackedColumn { isText ? form.made(from: raw) : PackedColumn() }

  /// Gives up the memory of the canonical form.
  func releaseCanonical() { form.release() }
}

/// A column's canonical form, which all copies of the column share.
private final class CanonicalForm: Sendable {
  private let column: Mutex<PackedColumn?>

  init(_ column: PackedColumn?) { self.column = Mutex(column) }

  func made(from raw: PackedColumn) -> PackedColumn {
    column.withLock { column in
      if let column { return column }
      let made = CanonicalText.column(of: raw)
      column = made
      return made
    }
  }

  func release() { column.withLock { $0 = nil } }
}
