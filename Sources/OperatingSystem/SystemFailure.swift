internal import Glibc
internal import SystemPackage

/// A call to the system that failed.
package struct SystemFailure: Error, Equatable, CustomStringConvertible {
  /// The `errno`.
  package let number: CInt

  /// Takes an `errno`.
  package init(number: CInt) { self.number = number }

  /// Of the call before.
  package static var last: SystemFailure { SystemFailure(number: errno) }

  /// The system's own words, such as `permission denied`, with what helps if a limit was met.
  package var inWords: String { SystemWords(number).text }

  /// True for a descriptor that does not block and has nothing to read, or no room, at the moment.
  package var isNothingYet: Bool { number == EAGAIN }

  package var description: String { inWords }

  /// Does what fails with swift-system's errors.
  static func catching<Value>(_ work: () throws -> Value) throws(SystemFailure) -> Value {
    do {
      return try work()
    } catch {
      throw SystemFailure(number: (error as? Errno)?.rawValue ?? EIO)
    }
  }
}
