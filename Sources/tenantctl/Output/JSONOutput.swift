internal import Administration
internal import Synchronization
internal import TenantCore
internal import Wiring

/// Standard output for documents of JSON: one, or an array with one element a tenant.
///
/// A tenant that fails is an element of the array too, with its name and the error, so that a script
/// sees all of them in one place.
final class JSONOutput: Sendable {
  /// True if the answer is an array.
  let isArray: Bool
  private let state = Mutex((elements: 0, isOpen: false))

  /// Makes an output; nothing is written yet.
  init(isArray: Bool) { self.isArray = isArray }

  /// Writes a part of the present element.
  func write(_ bytes: [UInt8]) throws {
    guard isArray else { return try StandardStreams.write(bytes) }
    let mark = state.withLock { state in
      defer { state.isOpen = true }
      if state.isOpen { return "" }
      state.elements += 1
      return state.elements == 1 ? "[" : ","
    }
    try StandardStreams.write(Array(mark.utf8) + bytes)
  }

  /// Ends the present element.
  func endElement() { state.withLock { $0.isOpen = false } }

  /// Adds a failed tenant; on standard error if its document was begun already.
  func add(_ failure: Failure, tenant: String) throws {
    let isBegun = state.withLock(\.isOpen)
    if isBegun { return StandardStreams.complain("\(tenant): \(failure.message)") }
    try write(AnswerEncoder.bytes(ErrorAnswer(failure, tenant: tenant)))
    endElement()
  }

  /// Ends the array.
  func end() throws {
    guard isArray else { return }
    try StandardStreams.write(state.withLock(\.elements) == 0 ? "[]\n" : "]\n")
  }
}

extension ErrorAnswer {
  /// - Parameter tenant: the one of several that it is about.
  init(_ failure: Failure, tenant: String? = nil) {
    self.init(
      code: failure.kind.exitCode, kind: failure.kind.name, message: failure.message,
      tenant: tenant)
  }
}
