/// The parameters of a statement in PostgreSQL's binary form.
struct PostgresParameters {
  struct Parameter {
    let type: UInt32
    /// Nil for NULL.
    let bytes: Range<Int>?
  }

  private(set) var bytes: [UInt8] = []
  private(set) var parameters: [Parameter] = []

  init() {}

  /// Takes the cells of a row.
  init(_ image: RowImage) {
    for cell in image.cells {
      let start = bytes.count
      switch cell {
      // A type is found by where the parameter stands.
      case .null: parameters.append(Parameter(type: 0, bytes: nil))
      case .integer(let value):
        Self.append(UInt64(bitPattern: value), to: &bytes)
        parameters.append(Parameter(type: PostgresType.int8, bytes: start..<bytes.count))
      case .text(let from, let end):
        PostgresText.append(image.bytes[from..<end], to: &bytes)
        parameters.append(Parameter(type: PostgresType.text, bytes: start..<bytes.count))
      case .blob(let from, let end):
        bytes.append(contentsOf: image.bytes[from..<end])
        parameters.append(Parameter(type: PostgresType.bytea, bytes: start..<bytes.count))
      }
    }
  }

  /// Takes the parameters of another statement.
  mutating func append(_ others: PostgresParameters) {
    let start = bytes.count
    bytes += others.bytes
    parameters += others.parameters.map { other in
      Parameter(
        type: other.type,
        bytes: other.bytes.map { $0.lowerBound + start..<$0.upperBound + start })
    }
  }

  /// Takes a column of values as an array.
  mutating func append(_ array: PostgresArray) {
    let start = bytes.count
    array.write(to: &bytes)
    parameters.append(Parameter(type: array.type, bytes: start..<bytes.count))
  }

  static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }

  static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    for shift in stride(from: 24, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
    }
  }
}

/// A column of values, as PostgreSQL sends and takes an array (array_recv in src/backend/utils/adt/arrayfuncs.c).
struct PostgresArray {
  private let kind: RowSet.Kind
  private var elements: [UInt8] = []
  private var count = 0
  private var hasNull = false

  init(_ kind: RowSet.Kind) { self.kind = kind }

  /// The bytes that it takes.
  var size: Int { elements.count }

  /// The array's type.
  var type: UInt32 {
    switch kind {
    case .integer: PostgresType.int8Array
    case .text: PostgresType.textArray
    case .blob: PostgresType.byteaArray
    }
  }

  private var elementType: UInt32 { Self.elementType(kind) }

  private static func elementType(_ kind: RowSet.Kind) -> UInt32 {
    switch kind {
    case .integer: PostgresType.int8
    case .text: PostgresType.text
    case .blob: PostgresType.bytea
    }
  }

  /// Adds a cell of a row.
  mutating func append(_ cell: RowImage.Cell, of image: RowImage) {
    count += 1
    switch cell {
    case .null:
      hasNull = true
      PostgresParameters.append(UInt32.max, to: &elements)
    case .integer(let value):
      PostgresParameters.append(UInt32(8), to: &elements)
      PostgresParameters.append(UInt64(bitPattern: value), to: &elements)
    case .text(let start, let end) where kind == .text:
      let place = elements.count
      PostgresParameters.append(UInt32(0), to: &elements)
      PostgresText.append(image.bytes[start..<end], to: &elements)
      var length: [UInt8] = []
      PostgresParameters.append(UInt32(elements.count - place - 4), to: &length)
      elements.replaceSubrange(place..<place + 4, with: length)
    case .text(let start, let end), .blob(let start, let end):
      PostgresParameters.append(UInt32(end - start), to: &elements)
      elements.append(contentsOf: image.bytes[start..<end])
    }
  }

  /// What stands before the bytes of a value to make an array of it alone.
  static func headOfOne(_ kind: RowSet.Kind, _ length: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in [1, 0, elementType(kind), 1, 1, UInt32(length)] {
      PostgresParameters.append(word, to: &bytes)
    }
    return bytes
  }

  fileprivate func write(to bytes: inout [UInt8]) {
    for word in [1, hasNull ? 1 : 0, elementType, UInt32(count), 1] {
      PostgresParameters.append(word, to: &bytes)
    }
    bytes.append(contentsOf: elements)
  }
}
