import CLDAP
import Glibc
import OperatingSystem
import Synchronization
import TenantCore

/// A connection of libldap: the only code that holds its pointers.
///
/// libldap secures the connection and sends requests. Answers are received past it, through a layer on
/// top of its own (TLS and SASL among them; lber-sockbuf(3)): libldap reads and allocates by message.
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
  /// The bytes that are read at once under TLS, or the layer of SASL.
  private static let readAheadBytes: Int32 = 32 << 10

  /// How long entries may gather before the next read, in microseconds: a server that does nothing
  /// else sends some thirty of them meanwhile, and a page of a thousand takes thirty times as long.
  private static let gathering: UInt32 = 250

  /// libldap fills its global options on first use.
  private static let creation = Mutex(())

  private let ld: OpaquePointer
  private let refusal: UnsafeMutablePointer<ldap_conncb>
  /// The connection's descriptor, which libldap closes.
  let socket: Int32
  /// What libldap sends and receives through.
  private let layers: OpaquePointer?
  /// The uppermost layer; libldap frees it with the connection.
  private let top: UnsafeMutablePointer<Sockbuf_IO_Desc>
  private var inbox = LDAPInbox()
  private var isFlowing = false
  /// The most bytes of one answer over this connection.
  var longestAnswer = LDAPHandle.longestAnswer
  /// How many bytes of answers have come.
  private(set) var receivedBytes = 0

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
    var layers: OpaquePointer?
    unsafe ldap_get_option(made, LDAP_OPT_SOCKBUF, &layers)
    unsafe self.layers = unsafe layers
    guard let top = unsafe add_top_layer(layers) else { throw LDAPFault(code: LDAP_NO_MEMORY) }
    unsafe self.top = unsafe top
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
    var limit = ber_len_t(bytes)
    guard unsafe ber_sockbuf_ctrl(layers, LBER_SB_OPT_SET_MAX_INCOMING, &limit) == 1 else {
      throw LDAPFault(code: LDAP_LOCAL_ERROR, diagnostic: "libldap does not limit messages")
    }
    inbox.longestMessage = bytes
  }

  /// Lets the layers above the connection's own find many small records in one read.
  func readAhead() throws {
    let code = unsafe add_read_ahead(layers, Self.readAheadBytes)
    guard code == 0 else { throw LDAPFault(code: LDAP_NO_MEMORY) }
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
    inbox.expect(id)
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
    let code = unsafe request.withAttributes { attributes in
      unsafe controls.withUnsafeMutableBufferPointer { controls in
        unsafe ldap_search_ext(
          ld, request.base, request.scope.code, request.filter, attributes, 0,
          controls.baseAddress, nil, nil, 0, &id)
      }
    }
    guard code == LDAP_SUCCESS else { throw fault(code) }
    inbox.expect(id)
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

  // MARK: Answers

  /// Waits for the whole answer to a request: all entries of a page and its result.
  func answer(to id: Int32, within limit: Duration, _ cancellation: Cancellation) throws
    -> LDAPAnswer
  {
    let deadline = ContinuousClock.now + limit
    inbox.begin(id)
    while true {
      try cancellation.check()
      if let messages = try inbox.take(id) {
        return LDAPAnswer(messages) { [self] in inbox.recycle($0) }
      }
      let fault: LDAPFault
      if inbox.count > longestAnswer {
        fault = .tooMuch("one answer", longestAnswer)
      } else if ContinuousClock.now >= deadline {
        fault = .timeout(limit)
      } else {
        try receive()
        continue
      }
      inbox.drop(id)
      unsafe ldap_abandon_ext(ld, id, nil, nil)
      throw fault
    }
  }

  /// Takes what has come; waits at most ``slice`` if nothing has.
  ///
  /// A server sends each entry by itself. While they flow, a moment passes before each read, in which
  /// many come: else the thread would be woken for every one.
  private func receive() throws(LDAPFault) {
    let count = try unsafe inbox.receive { room throws(LDAPFault) in
      errno = 0
      let count = unsafe top_layer_read(top, room.baseAddress, ber_len_t(room.count))
      if count > 0 { return count }
      // As libldap does: a TLS library may say 0 while nothing is there yet.
      guard [EAGAIN, EWOULDBLOCK, EINTR].contains(errno) else {
        throw LDAPFault(code: LDAP_SERVER_DOWN)
      }
      return 0
    }
    receivedBytes += count
    switch (count, isFlowing) {
    case (1..., _): isFlowing = true
    case (_, true):
      isFlowing = false
      usleep(Self.gathering)
    case (_, false):
      var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      unsafe poll(&wait, 1, Int32(Self.slice))
    }
  }
}
