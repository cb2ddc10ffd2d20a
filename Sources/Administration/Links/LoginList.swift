internal import OperatingSystem
internal import TenantCore

/// Logins as a file lists them: one on a line, in any of the forms in which a login may be typed. Blanks around it and
/// blank lines are nothing.
package struct LoginList: Sendable {
  /// The longest list: a million logins with their domains have about 30 MB.
  package static let maximumBytes = 128 << 20

  /// What it is called in messages.
  let name: String
  /// In the order of the lines.
  let logins: [String]
  /// The line of each, from 1.
  let lines: [Int]

  /// Reads a file.
  ///
  /// - Throws: ``Failure`` if it cannot be read, and what ``init(_:named:)`` throws.
  package init(file path: String) throws {
    let bytes: [UInt8]
    do throws(SystemFailure) {
      bytes = try FileDescriptor(given: path).bytes(limit: Self.maximumBytes + 1)
    } catch {
      throw Failure(.configuration, "'\(path)' cannot be read: \(error)")
    }
    try self.init(bytes, named: path)
  }

  /// Takes what a file holds: UTF-8 or UTF-16.
  ///
  /// - Throws: ``Failure`` for a list that is too long; ``SheetError`` with the line of what is no text, or if nobody
  ///   is named.
  package init(_ bytes: [UInt8], named name: String) throws {
    guard bytes.count <= Self.maximumBytes else {
      throw Failure(
        .configuration, "'\(name)' is longer than \(Self.maximumBytes >> 20) MiB; split it")
    }
    let text: [UInt8]
    do throws(TextError) { text = try TextFile(bytes).utf8 } catch {
      throw SheetError(name, line: error.line, error.message)
    }
    var (logins, lines): ([String], [Int]) = ([], [])
    for (number, line) in text.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    )
    .enumerated() {
      let login = Self.trimmed(line)
      guard !login.isEmpty else { continue }
      logins.append(String(decoding: login, as: UTF8.self))
      lines.append(number + 1)
    }
    guard !logins.isEmpty else {
      throw SheetError(name, line: 1, "nobody is named; write a login on each line")
    }
    (self.name, self.logins, self.lines) = (name, logins, lines)
  }

  /// Without blanks around it, the carriage return of Windows among them, and the mark that may begin a file.
  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0D].contains(byte) }
    let mark = TextFile.byteOrderMark
    var text = line.starts(with: mark) ? line.dropFirst(mark.count) : line
    text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return text
  }
}

extension TenantSession {
  /// Unlinks or relinks all that a list names, or none of them (U1 to U3).
  ///
  /// - Throws: ``SheetError`` that names every line that cannot be done.
  package func change(
    _ action: LinkWish.Action, all list: LoginList, reason: String?, dryRun: Bool
  ) async throws -> LinkChanges {
    do {
      return try await change(
        list.logins.map { LinkWish(action, .login($0), reason: reason) }, dryRun: dryRun)
    } catch let error as LinkEditError {
      throw SheetError(list.name, error, lines: list.lines)
    }
  }
}
