import CLDAP
import Glibc
import OperatingSystem
import Synchronization
import TenantCore

/// A connection of libldap: the only code, with ``LDAPAnswer`` below, that holds its pointers.
///
/// Not `Sendable`: a handle stays on the thread that made it. Every wait is cut into slices of
/// ``slice``, so that a cancelled read ends soon although libldap cannot be interrupted.
///
/// A handle is one connection and never becomes another: libldap, which would silently connect anew
/// to whatever the name then resolves to, without TLS and signed in as nobody, is kept from it.
@safe final class LDAPHandle {
  /// How long a wait may go on before cancellation is looked at, in milliseconds.
  static let slice = 50

  /// The most bytes of one answer, all entries of a page together: a page of 1,000 users whose
  /// lists of addresses are long has a few millions.
  static let longestAnswer = 256 << 20

  /// libldap fills its global options on first use.
  private static let creation = Mutex(())

  fileprivate let ld: OpaquePointer
  private let refusal: UnsafeMutablePointer<ldap_conncb>
  /// The connection's descriptor, which libldap closes.
  let socket: Int32

  /// Makes a handle of a connection; nothing is sent.
  ///
  /// - Parameter uri: the server's name, which a certificate is held against and a Kerberos ticket
  ///   is for; it is not resolved again.
  init(_ connection: consuming ConnectedSocket, uri: String) throws {
    let number = connection.descriptor.number
    var made: OpaquePointer?
    let code = Self.creation.withLock { _ in
      unsafe ldap_init_fd(number, LDAP_PROTO_TCP, uri, &made)
    }
    guard code == LDAP_SUCCESS, let made = unsafe made else { throw LDAPFault(code: code) }
    socket = connection.descriptor.release()
    unsafe ld = unsafe made
    unsafe refusal = .allocate(capacity: 1)
    unsafe refusal.initialize(
      to: ldap_conncb(lc_add: { _, _, _, _, _ in -1 }, lc_del: { _, _, _ in }, lc_arg: nil))
    try check(unsafe ldap_set_option(ld, LDAP_OPT_CONNECT_CB, refusal), LDAP_OPT_CONNECT_CB)
  }

  deinit {
    unsafe ldap_unbind_ext_s(ld, nil, nil)
    unsafe refusal.deallocate()
  }

  // MARK: Options

  func set(_ option: Int32, _ value: Int32) throws {
    var value = value
    try check(unsafe ldap_set_option(ld, option, &value), option)
  }

  /// Switches an on-or-off option; libldap's mark for *off* is the null pointer.
  func set(_ option: Int32, on: Bool) throws {
    var mark: CChar = 1
    try check(unsafe ldap_set_option(ld, option, nil), option)
    if on { try check(unsafe ldap_set_option(ld, option, &mark), option) }
  }

  /// Sets a text; nil takes it away.
  func set(_ option: Int32, _ value: String?) throws {
    guard let value else { return try check(unsafe ldap_set_option(ld, option, nil), option) }
    try check(unsafe value.withCString { unsafe ldap_set_option(ld, option, $0) }, option)
  }

  func set(_ option: Int32, _ limit: Duration) throws {
    let (seconds, rest) = limit.components
    var value = timeval(tv_sec: Int(seconds), tv_usec: Int(rest / 1_000_000_000_000))
    try check(unsafe ldap_set_option(ld, option, &value), option)
  }

  /// Ends the connection at a message that is longer, instead of taking it into memory.
  func limitIncoming(to bytes: Int) throws {
    var socket: OpaquePointer?
    var limit = ber_len_t(bytes)
    try check(unsafe ldap_get_option(ld, LDAP_OPT_SOCKBUF, &socket), LDAP_OPT_SOCKBUF)
    guard unsafe ber_sockbuf_ctrl(socket, LBER_SB_OPT_SET_MAX_INCOMING, &limit) == 1 else {
      throw LDAPFault(code: LDAP_LOCAL_ERROR, diagnostic: "libldap does not limit messages")
    }
  }

  private func check(_ code: Int32, _ option: Int32) throws {
    guard code != LDAP_SUCCESS else { return }
    throw LDAPFault(code: LDAP_LOCAL_ERROR, diagnostic: "libldap refuses option \(option)")
  }

  private func text(of option: Int32) -> String? {
    var value: UnsafeMutablePointer<CChar>?
    guard unsafe ldap_get_option(ld, option, &value) == 0, let value = unsafe value else {
      return nil
    }
    defer { unsafe ldap_memfree(value) }
    return unsafe String(cString: value)
  }

  /// The fault of the last call, with libldap's words.
  private func fault(_ code: Int32) -> LDAPFault {
    LDAPFault(code: code, diagnostic: text(of: LDAP_OPT_DIAGNOSTIC_MESSAGE) ?? "")
  }

  private var lastFault: LDAPFault {
    var code: Int32 = 0
    unsafe ldap_get_option(ld, LDAP_OPT_RESULT_CODE, &code)
    return fault(code == LDAP_SUCCESS ? LDAP_SERVER_DOWN : code)
  }

  // MARK: Connection

  /// Makes the TLS handshake, at once.
  func installTLS() throws {
    let code = unsafe ldap_install_tls(ld)
    guard code == LDAP_SUCCESS else { throw fault(code) }
  }

  /// Asks for TLS (RFC 4511, section 4.14), then makes the handshake.
  func startTLS() throws {
    let code = unsafe ldap_start_tls_s(ld, nil, nil)
    guard code == LDAP_SUCCESS else { throw fault(code) }
  }

  /// From here on a message that comes in parts is waited for by ``answer(to:within:_:)`` alone.
  func stopBlocking() throws {
    let flags = fcntl(socket, F_GETFL)
    guard fcntl(socket, F_SETFL, flags | O_NONBLOCK) == 0 else { throw SystemFailure.last }
  }

  /// The version of TLS that was agreed upon, as the TLS library writes it: `TLS1.3`, `TLSv1.2`.
  var tlsVersion: String? { text(of: LDAP_OPT_X_TLS_VERSION) }

  /// The server's certificate (DER), or nil without TLS.
  var peerCertificate: [UInt8]? {
    var value = unsafe berval()
    guard unsafe ldap_get_option(ld, LDAP_OPT_X_TLS_PEERCERT, &value) == 0,
      let bytes = unsafe value.bv_val
    else { return nil }
    defer { unsafe ldap_memfree(bytes) }
    return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: Int(value.bv_len)))
  }

  // MARK: Bind

  /// Sends a simple bind. The caller has refused empty passwords (RFC 4513, section 5.1.2).
  func bind(user: String, password: borrowing Secret) throws -> Int32 {
    var id: Int32 = 0
    let code = unsafe password.withBytes { bytes in
      var credentials = unsafe berval(
        bv_len: UInt(bytes.count),
        bv_val: UnsafeMutablePointer(mutating: bytes.bindMemory(to: CChar.self).baseAddress))
      return unsafe ldap_sasl_bind(ld, user, nil, &credentials, nil, nil, &id)
    }
    guard code == LDAP_SUCCESS else { throw fault(code) }
    return id
  }

  /// Binds with Kerberos, with the tickets of the thread (``KerberosTickets``).
  func bindGSSAPI() throws {
    let code = unsafe ldap_sasl_interactive_bind_s(
      ld, nil, "GSSAPI", nil, nil, UInt32(LDAP_SASL_QUIET), answerSASL, nil)
    guard code == LDAP_SUCCESS else { throw fault(code) }
  }

  /// The identity that SASL signed in as.
  var saslUser: String? {
    var value: UnsafePointer<CChar>?
    guard unsafe ldap_get_option(ld, LDAP_OPT_X_SASL_USERNAME, &value) == 0 else { return nil }
    return unsafe value.map { unsafe String(cString: $0) }  // it stays SASL's own
  }

  /// The strength of SASL's layer in bits, as SASL counts it: 0 without a layer, 1 for integrity
  /// alone, the length of the key for confidentiality.
  var saslStrength: Int {
    var bits: ber_len_t = 0
    guard unsafe ldap_get_option(ld, LDAP_OPT_X_SASL_SSF, &bits) == 0 else { return 0 }
    return Int(bits)
  }

  // MARK: Search

  /// Sends a search and does not wait; the paged results control is critical, so that a server
  /// that cannot page says so.
  func search(_ request: SearchRequest, cookie: [UInt8] = []) throws -> Int32 {
    var controls: [UnsafeMutablePointer<LDAPControl>?] = unsafe [nil]  // null ends C's list
    if let size = request.pageSize {
      unsafe controls = unsafe [try pageControl(size: size, cookie: cookie), nil]
    }
    defer { if let control = unsafe controls[0] { unsafe ldap_control_free(control) } }
    var id: Int32 = 0
    let code = unsafe withCStrings(request.attributes) { attributes in
      unsafe controls.withUnsafeMutableBufferPointer { controls in
        unsafe ldap_search_ext(
          ld, request.base, request.scope.code, request.filter, attributes, 0,
          controls.baseAddress, nil, nil, 0, &id)
      }
    }
    guard code == LDAP_SUCCESS else { throw fault(code) }
    return id
  }

  private func pageControl(
    size: Int, cookie: [UInt8]
  ) throws -> UnsafeMutablePointer<LDAPControl>? {
    var control: UnsafeMutablePointer<LDAPControl>?
    var cookie = cookie
    let code = unsafe cookie.withUnsafeMutableBytes { bytes in
      var value = unsafe berval(
        bv_len: UInt(bytes.count), bv_val: bytes.bindMemory(to: CChar.self).baseAddress)
      return unsafe ldap_create_page_control(ld, Int32(size), &value, 1, &control)
    }
    guard code == LDAP_SUCCESS else { throw fault(code) }
    return unsafe control
  }

  /// Waits for the whole answer to a request: all entries of a page and its result.
  func answer(to id: Int32, within limit: Duration, _ cancellation: Cancellation) throws
    -> LDAPAnswer
  {
    let deadline = ContinuousClock.now + limit
    let received = ReceivedBytes(socket)
    while true {
      try cancellation.check()
      var wait = timeval(tv_sec: 0, tv_usec: Self.slice * 1000)
      var message: OpaquePointer?
      let type = unsafe ldap_result(ld, id, LDAP_MSG_ALL, &wait, &message)
      if type > 0, let message = unsafe message {
        return unsafe LDAPAnswer(message, of: self)
      }
      guard type == 0 else { throw lastFault }
      let fault: LDAPFault
      if ContinuousClock.now >= deadline {
        fault = .timeout(limit)
      } else if received.count > Self.longestAnswer {
        fault = .tooMuch("one answer", Self.longestAnswer)
      } else {
        continue
      }
      unsafe ldap_abandon_ext(ld, id, nil, nil)
      throw fault
    }
  }
}

/// All messages that answer one request; frees them.
@safe final class LDAPAnswer {
  private let first: OpaquePointer
  private let handle: LDAPHandle
  private var ld: OpaquePointer { unsafe handle.ld }

  fileprivate init(_ first: OpaquePointer, of handle: LDAPHandle) {
    unsafe self.first = unsafe first
    self.handle = handle
  }

  deinit { unsafe ldap_msgfree(first) }

  /// The final message's result.
  func result() throws -> LDAPResult {
    var message: OpaquePointer? = unsafe first
    while let current = unsafe message {
      let type = unsafe ldap_msgtype(current)
      if type != LDAP_RES_SEARCH_ENTRY && type != LDAP_RES_SEARCH_REFERENCE {
        return try unsafe parse(current)
      }
      unsafe message = unsafe ldap_next_message(ld, current)
    }
    throw LDAPFault(code: LDAP_DECODING_ERROR, diagnostic: "an answer without a result")
  }

  private func parse(_ message: OpaquePointer) throws -> LDAPResult {
    var code: Int32 = 0
    var matched: UnsafeMutablePointer<CChar>?
    var words: UnsafeMutablePointer<CChar>?
    var referrals: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    var controls: UnsafeMutablePointer<UnsafeMutablePointer<LDAPControl>?>?
    let parsed = unsafe ldap_parse_result(
      ld, message, &code, &matched, &words, &referrals, &controls, 0)
    guard parsed == LDAP_SUCCESS else { throw LDAPFault(code: parsed) }
    defer {
      unsafe ldap_memfree(matched)
      unsafe ldap_memfree(words)
      unsafe freeStrings(referrals)
      unsafe ldap_controls_free(controls)
    }
    let fault = LDAPFault(
      code: code, diagnostic: unsafe words.map { unsafe String(cString: $0) } ?? "",
      matchedDN: unsafe matched.map { unsafe String(cString: $0) } ?? "")
    return LDAPResult(
      fault: fault, referrals: unsafe strings(referrals), cookie: try unsafe cookie(controls))
  }

  private func cookie(
    _ controls: UnsafeMutablePointer<UnsafeMutablePointer<LDAPControl>?>?
  ) throws -> [UInt8]? {
    guard let control = unsafe ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nil) else {
      return nil
    }
    var estimate: Int32 = 0
    var value = unsafe berval()
    let code = unsafe ldap_parse_pageresponse_control(ld, control, &estimate, &value)
    guard code == LDAP_SUCCESS else { throw LDAPFault(code: code) }
    defer { unsafe ldap_memfree(value.bv_val) }
    return unsafe Array(UnsafeRawBufferPointer(start: value.bv_val, count: Int(value.bv_len)))
  }

  /// The URLs of continuation references, one group for each.
  func references() -> [[String]] {
    var found: [[String]] = []
    var message = unsafe ldap_first_reference(ld, first)
    while let current = unsafe message {
      var urls: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
      unsafe ldap_parse_reference(ld, current, &urls, nil, 0)
      found.append(unsafe strings(urls))
      unsafe freeStrings(urls)
      unsafe message = unsafe ldap_next_reference(ld, current)
    }
    return found
  }

  /// A hash of the first entry's name, by which a page is known again; nil without entries.
  func firstName() throws -> Int? {
    guard let entry = unsafe ldap_first_entry(ld, first) else { return nil }
    var ber: OpaquePointer?
    var dn = unsafe berval()
    let code = unsafe ldap_get_dn_ber(ld, entry, &ber, &dn)
    guard code == LDAP_SUCCESS else { throw LDAPFault(code: code) }
    defer { unsafe ber.map { unsafe ber_free($0, 0) } }
    var hash = Hasher()
    unsafe hash.combine(bytes: dn.bytes)
    return hash.finalize()
  }

  /// Gives all entries to a visitor, straight from the bytes as they came.
  ///
  /// - Returns: the number of entries.
  @discardableResult
  func visitEntries(_ visitor: inout some EntryVisitor) throws -> Int {
    var count = 0
    var message = unsafe ldap_first_entry(ld, first)
    while let current = unsafe message {
      try unsafe visit(current, &visitor)
      count += 1
      unsafe message = unsafe ldap_next_entry(ld, current)
    }
    return count
  }

  private func visit(_ entry: OpaquePointer, _ visitor: inout some EntryVisitor) throws {
    var ber: OpaquePointer?
    var dn = unsafe berval()
    let code = unsafe ldap_get_dn_ber(ld, entry, &ber, &dn)
    guard code == LDAP_SUCCESS else { throw LDAPFault(code: code) }
    defer { unsafe ber.map { unsafe ber_free($0, 0) } }
    while true {
      var name = unsafe berval()
      var values: UnsafeMutablePointer<berval>?
      let code = unsafe ldap_get_attribute_ber(ld, entry, ber, &name, &values)
      guard code == LDAP_SUCCESS else { throw LDAPFault(code: code) }
      guard unsafe name.bv_val != nil else { break }
      defer { unsafe ldap_memfree(values) }
      guard let column = unsafe visitor.column(of: name.bytes), var value = unsafe values else {
        continue
      }
      while unsafe value.pointee.bv_val != nil {
        unsafe visitor.take(value.pointee.bytes, column: column)
        unsafe value += 1
      }
    }
    try unsafe visitor.endEntry(dn: dn.bytes)
  }
}

extension berval {
  fileprivate var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: bv_val, count: Int(bv_len))
  }
}

private func strings(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> [String] {
  var found: [String] = []
  guard var next = unsafe list else { return [] }
  while let text = unsafe next.pointee {
    found.append(unsafe String(cString: text))
    unsafe next += 1
  }
  return found
}

private func freeStrings(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
  guard let list = unsafe list else { return }
  let untyped = UnsafeMutableRawPointer(list)
  unsafe ldap_memvfree(untyped.assumingMemoryBound(to: UnsafeMutableRawPointer?.self))
}

/// The texts as C wants a list of them: pointers, then null.
private func withCStrings<R>(
  _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) throws -> R
) rethrows -> R {
  var list = unsafe texts.map { unsafe strdup($0) } + [nil]
  defer { unsafe list.forEach { unsafe free($0) } }
  return try unsafe list.withUnsafeMutableBufferPointer { try unsafe body($0.baseAddress) }
}
