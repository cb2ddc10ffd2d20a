internal import CPQ
internal import Glibc
internal import OperatingSystem
internal import TenantCore

/// One connection, used by one thread at a time. See https://www.postgresql.org/docs/current/libpq.html.
///
/// Waiting ends when the flag of the transaction is raised: the server is then asked to end the statement.
@safe final class PostgresConnection: @unchecked Sendable {
  // Sendable, because PostgresPool gives it to one transaction at a time, and each transaction is on one thread.

  private let handle: OpaquePointer

  /// What libpq takes if the URL says nothing of it: a host that does not answer is given up after seconds, not hours.
  private static let defaults = [
    ("connect_timeout", "10"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
    ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
  ]
  /// How long a wait goes on before the flag is looked at, in milliseconds.
  private static let slice: CInt = 50

  /// Connects; blocks.
  ///
  /// - Throws: ``PostgresError``; ``StoreError`` of a password's file.
  init(_ server: StoreServer, applicationName: String) throws {
    let password = try server.password() ?? Secret()
    let hasPassword = server.passwordFile != nil
    let words =
      Self.defaults + [
        ("dbname", server.conninfo), ("client_encoding", "UTF8"),
        ("application_name", applicationName),
      ]
    let names = words.map(\.0) + (hasPassword ? ["password"] : [])
    let handle = unsafe Self.withStrings(names) { keywords in
      unsafe Self.withStrings(words.map(\.1)) { values in
        unsafe password.withCString { secret in
          // The list ends with a null pointer, before which the password comes.
          let last: [UnsafePointer<CChar>?] = unsafe hasPassword ? [secret, nil] : [nil]
          return unsafe PQconnectdbParams(keywords, values.dropLast() + last, 1)
        }
      }
    }
    guard let handle = unsafe handle else {
      throw PostgresError(state: "", message: SystemWords(ENOMEM).text)
    }
    guard unsafe PQstatus(handle) == CONNECTION_OK else {
      let message = unsafe Self.line(PQerrorMessage(handle))
      let needsPassword = unsafe PQconnectionNeedsPassword(handle) == 1
      unsafe PQfinish(handle)
      throw PostgresError(
        state: needsPassword ? "28P01" : Self.state(ofRefusal: message), message: message,
        isStateSaid: false)
    }
    unsafe PQsetNoticeProcessor(handle, { _, _ in }, nil)
    unsafe self.handle = handle
  }

  deinit { unsafe PQfinish(handle) }

  /// What kind of refusal it was to connect, of which libpq has the words only; nothing for one that ends by itself, and if
  /// the server speaks another language.
  private static func state(ofRefusal message: String) -> String {
    let kinds = [
      ("authentication failed", "28P01"), ("no pg_hba.conf entry", "28000"),
      ("role \"", "42501"), ("database \"", "3D000"), ("certificate", "28000"),
    ]
    return kinds.first { message.contains($0.0) }?.1 ?? ""
  }

  /// False once the connection is known to be lost.
  var isAlive: Bool { unsafe PQstatus(handle) == CONNECTION_OK }

  /// The server's version as 150018 for 15.18.
  var serverVersion: Int { Int(unsafe PQserverVersion(handle)) }

  /// True while the answer to what was sent last is not taken yet.
  private var owesAnswer = false

  /// Sends statements whose answer is taken when the connection is used next: those that end a transaction in
  /// which nothing was written.
  func send(_ sql: String) throws {
    try takeAnswer()
    guard unsafe PQsendQuery(handle, sql) == 1 else { throw lost() }
    owesAnswer = true
  }

  private func takeAnswer() throws {
    // A transaction that failed meanwhile: what comes next undoes all of it.
    if isCopying { _ = try? endCopy(undoing: true) }
    guard owesAnswer else { return }
    owesAnswer = false
    _ = try result(nil)
  }

  /// Runs statements without parameters, in one message; the rows of the last one are given, as text.
  @discardableResult
  func execute(all sql: String, _ cancellation: Cancellation? = nil) throws -> PostgresResult? {
    try takeAnswer()
    guard unsafe PQsendQuery(handle, sql) == 1 else { throw lost() }
    return try result(cancellation)
  }

  /// Runs one statement with parameters.
  func execute(
    _ sql: String, _ parameters: PostgresParameters, _ cancellation: Cancellation? = nil
  ) throws -> PostgresResult? {
    try takeAnswer()
    try send(sql, parameters)
    return try result(cancellation)
  }

  private func send(_ sql: String, _ parameters: PostgresParameters) throws {
    let all = parameters.parameters
    let isSent = unsafe parameters.bytes.withUnsafeBytes { bytes in
      // Of nothing, too, a pointer is needed: none means NULL.
      let start = unsafe bytes.baseAddress ?? UnsafeRawPointer(handle)
      let values = unsafe all.map { parameter -> UnsafePointer<CChar>? in
        unsafe parameter.bytes.map {
          unsafe (start + $0.lowerBound).assumingMemoryBound(to: CChar.self)
        }
      }
      return unsafe PQsendQueryParams(
        handle, sql, CInt(all.count), all.map { Oid($0.type) }, values,
        all.map { CInt($0.bytes?.count ?? 0) }, all.map { _ in 1 }, 1)
    }
    guard isSent == 1 else { throw lost() }
  }

  /// Runs statements in one round trip (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html): those behind one
  /// that fails are not run.
  func execute(
    together statements: [(sql: String, parameters: PostgresParameters)],
    _ cancellation: Cancellation? = nil
  ) throws -> [PostgresResult?] {
    try takeAnswer()
    guard unsafe PQenterPipelineMode(handle) == 1 else { throw lost() }
    for (sql, parameters) in statements { try send(sql, parameters) }
    guard unsafe PQpipelineSync(handle) == 1 else { throw lost() }
    var results: [PostgresResult?] = []
    var failure: PostgresError?
    for _ in statements {
      do {
        results.append(try result(cancellation))
      } catch let error as PostgresError {
        if !isAlive { throw error }
        failure = failure ?? error
      }
    }
    // The end of them is a result of its own.
    _ = try result(cancellation, count: 1)
    guard unsafe PQexitPipelineMode(handle) == 1 else { throw lost() }
    if let failure { throw failure }
    return results
  }

  // MARK: - COPY

  /// So many bytes may wait in memory until the server takes them.
  private static let mostUnsent = 32 << 20
  /// True while rows may be sent.
  private var isCopying = false
  /// At most so many bytes wait for the server.
  private var unsent = 0

  /// Begins a `COPY` to the server, whose rows ``copy(_:_:)`` sends.
  func beginCopy(_ sql: String, _ cancellation: Cancellation) throws {
    try takeAnswer()
    // What is sent must not wait for a server that is at work.
    guard unsafe PQsetnonblocking(handle, 1) == 0, unsafe PQsendQuery(handle, sql) == 1 else {
      throw lost()
    }
    do {
      _ = try result(cancellation, count: 1)
    } catch {
      _ = try? result(nil)
      unsafe PQsetnonblocking(handle, 0)
      throw error
    }
    (isCopying, unsent) = (true, 0)
  }

  /// Sends a part of the rows, without waiting for the server unless much waits for it already.
  func copy(_ bytes: [UInt8], _ cancellation: Cancellation) throws {
    try cancellation.check()
    let isTaken = unsafe bytes.withUnsafeBytes { memory in
      unsafe PQputCopyData(
        handle, memory.assumingMemoryBound(to: CChar.self).baseAddress, CInt(memory.count))
    }
    guard isTaken == 1 else { throw lost() }
    unsent += bytes.count
    try push()
    while unsent > Self.mostUnsent {
      try cancellation.check()
      waitForSocket(POLLIN | POLLOUT)
      try push()
    }
  }

  /// Sends as much of what waits as the server takes.
  func push() throws {
    let flushed = unsafe PQflush(handle)
    guard flushed >= 0, unsafe PQconsumeInput(handle) == 1 else { throw lost() }
    if flushed == 0 { unsent = 0 }
  }

  /// Ends a `COPY` and waits until the server is done with its rows; or undoes it.
  func endCopy(undoing: Bool = false, _ cancellation: Cancellation? = nil) throws {
    guard isCopying else { return }
    isCopying = false
    let isEnded = unsafe undoing ? PQputCopyEnd(handle, "given up") : PQputCopyEnd(handle, nil)
    guard isEnded == 1 else { throw lost() }
    defer { unsafe PQsetnonblocking(handle, 0) }
    _ = try result(cancellation)
  }

  /// Waits for something that the server says by itself.
  ///
  /// - Returns: the texts of the notifications that came; none after the time.
  func notifications(within limit: Duration, _ cancellation: Cancellation) throws -> [String] {
    let end = ContinuousClock.now + limit
    while true {
      guard unsafe PQconsumeInput(handle) == 1 else { throw lost() }
      var texts: [String] = []
      while let note = unsafe PQnotifies(handle) {
        unsafe texts.append(String(cString: note.pointee.extra))
        unsafe PQfreemem(note)
      }
      try cancellation.check()
      if !texts.isEmpty || ContinuousClock.now >= end { return texts }
      waitForSocket(POLLIN)
    }
  }

  /// The result of what was sent; of several statements that of the last, and the first error.
  ///
  /// - Parameter count: how many there are at most, where nothing says that there are no more.
  private func result(
    _ cancellation: Cancellation?, count: Int = .max
  ) throws -> PostgresResult? {
    var last: PostgresResult?
    var failure: PostgresError?
    for _ in 0..<count {
      try wait(cancellation)
      guard let one = unsafe PQgetResult(handle) else { break }
      switch unsafe PQresultStatus(one) {
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_PIPELINE_SYNC,
        PGRES_COPY_IN:
        last = unsafe PostgresResult(taking: one)
      default:
        if failure == nil { failure = unsafe Self.error(of: one) }
        unsafe PQclear(one)
        if !isAlive { throw failure ?? lost() }
      }
    }
    if let failure { throw failure }
    return last
  }

  /// Waits until what was sent is on its way and a result is there.
  private func wait(_ cancellation: Cancellation?) throws {
    var isAsked = false
    while true {
      let flushed = unsafe PQflush(handle)
      guard flushed >= 0, unsafe PQconsumeInput(handle) == 1 else { throw lost() }
      if flushed == 0, unsafe PQisBusy(handle) == 0 { return }
      if cancellation?.isRaised == true, !isAsked {
        isAsked = true
        cancel()
      }
      waitForSocket(flushed == 1 ? POLLIN | POLLOUT : POLLIN)
    }
  }

  private func waitForSocket(_ events: CInt) {
    var waiting = pollfd(fd: unsafe PQsocket(handle), events: Int16(events), revents: 0)
    unsafe poll(&waiting, 1, Self.slice)
  }

  /// Asks the server to end the statement; its result is then an error.
  private func cancel() {
    guard let request = unsafe PQgetCancel(handle) else { return }
    var text = [CChar](repeating: 0, count: 256)
    unsafe PQcancel(request, &text, CInt(text.count))
    unsafe PQfreeCancel(request)
  }

  private func lost() -> PostgresError {
    PostgresError(state: "", message: unsafe Self.line(PQerrorMessage(handle)))
  }

  private static func error(of result: OpaquePointer) -> PostgresError {
    let state = unsafe PQresultErrorField(result, CInt(UInt8(ascii: "C")))
    let primary = unsafe PQresultErrorField(result, CInt(UInt8(ascii: "M")))
    return PostgresError(
      state: unsafe state.map { unsafe String(cString: $0) } ?? "",
      message: unsafe line(primary ?? PQresultErrorMessage(result)))
  }

  private static func line(_ text: UnsafePointer<CChar>?) -> String {
    guard let text = unsafe text else { return "no words" }
    return unsafe String(cString: text).split(whereSeparator: \.isNewline)
      .map { $0.trimmingPrefix { $0 == " " || $0 == "\t" } }.joined(separator: "; ")
  }

  /// Gives texts as C has a list of them.
  private static func withStrings<R>(
    _ texts: [String], _ body: ([UnsafePointer<CChar>?]) throws -> R
  ) rethrows -> R {
    let copies = unsafe texts.map { unsafe strdup($0) }
    defer { unsafe copies.forEach { unsafe free($0) } }
    return try unsafe body(copies.map { unsafe UnsafePointer($0) } + [nil])
  }
}
