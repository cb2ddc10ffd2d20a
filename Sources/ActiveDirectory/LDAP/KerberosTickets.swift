import CKerberos

/// The Kerberos tickets of one bind: the only code that calls libkrb5.
///
/// With a keytab they are obtained again, into a cache in memory that nothing else knows; without
/// one they are those that `kinit` obtained. SASL's GSSAPI module finds them by a setting of the thread,
/// so that binds of several tenants at the same time do not see each other's, and the process's
/// environment is left alone.
///
/// Sendable although libkrb5 wants one thread at a time for a context: the thread that makes the
/// tickets hands them over to one other and is done with them.
@safe final class KerberosTickets: @unchecked Sendable {
  private let context: krb5_context
  private var cache: krb5_ccache?
  private var isOwnCache = false
  /// Who signs in: a principal with its realm.
  private(set) var client = ""

  /// Gets a ticket for the LDAP service of a host, and the one by which it is got.
  ///
  /// - Parameters:
  ///   - keytab: a file; nil for the caches that the process's environment names.
  ///   - principal: with or without its realm; nil for the keytab's first one or the default cache's.
  /// - Throws: ``KerberosFault``.
  init(keytab: String?, principal: String?, host: String) throws {
    var made: krb5_context?
    let code = unsafe krb5_init_context(&made)
    guard code == 0, let made = unsafe made else {
      throw KerberosFault(code: code, step: .signIn, subject: principal ?? "", words: "krb5.conf")
    }
    unsafe context = unsafe made
    if let keytab {
      try signIn(keytab, principal)
    } else {
      try openCache(of: principal)
    }
    try getTicket(for: host)
  }

  deinit {
    if let cache = unsafe cache {
      _ = isOwnCache ? unsafe krb5_cc_destroy(context, cache) : unsafe krb5_cc_close(context, cache)
    }
    unsafe krb5_free_context(context)
  }

  /// Runs a bind that uses the tickets.
  func use<Value>(_ bind: () throws -> Value) throws -> Value {
    var name: UnsafeMutablePointer<CChar>?
    try check(unsafe krb5_cc_get_full_name(context, cache, &name), .ticket, client)
    defer { unsafe krb5_free_string(context, name) }
    var minor: OM_uint32 = 0
    guard unsafe gss_krb5_ccache_name(&minor, name, nil) == 0 else {
      throw fault(krb5_error_code(bitPattern: minor), .ticket, client)
    }
    defer { _ = unsafe gss_krb5_ccache_name(&minor, nil, nil) }
    return try bind()
  }

  // MARK: Signing in

  private func signIn(_ path: String, _ principal: String?) throws {
    var opened: krb5_keytab?
    try check(unsafe krb5_kt_resolve(context, "FILE:" + path, &opened), .keytab, path)
    defer { _ = unsafe krb5_kt_close(context, opened) }
    let client = try unsafe principalOfKey(opened, path, principal)
    defer { unsafe krb5_free_principal(context, client) }
    self.client = unsafe name(of: client)
    try check(unsafe krb5_cc_new_unique(context, "MEMORY", nil, &cache), .signIn, self.client)
    isOwnCache = true
    try check(unsafe krb5_cc_initialize(context, cache, client), .signIn, self.client)
    var credentials = unsafe krb5_creds()
    try check(
      unsafe krb5_get_init_creds_keytab(context, &credentials, client, opened, 0, nil, nil),
      .signIn, self.client)
    defer { unsafe krb5_free_cred_contents(context, &credentials) }
    try check(unsafe krb5_cc_store_cred(context, cache, &credentials), .signIn, self.client)
  }

  /// The principal whose key is wanted, copied for the caller.
  private func principalOfKey(
    _ keytab: krb5_keytab?, _ path: String, _ wanted: String?
  ) throws -> krb5_principal? {
    var cursor: krb5_kt_cursor?
    try check(unsafe krb5_kt_start_seq_get(context, keytab, &cursor), .keytab, path)
    defer { _ = unsafe krb5_kt_end_seq_get(context, keytab, &cursor) }
    var names: [String] = []
    while true {
      var entry = unsafe krb5_keytab_entry()
      let code = unsafe krb5_kt_next_entry(context, keytab, &entry, &cursor)
      guard Int(code) != KRB5_KT_END else { break }
      try check(code, .keytab, path)
      defer { _ = unsafe krb5_free_keytab_entry_contents(context, &entry) }
      let name = unsafe name(of: entry.principal)
      if wanted.map({ KerberosTickets.isMeant(name, by: $0) }) ?? true {
        var copy: krb5_principal?
        try check(unsafe krb5_copy_principal(context, entry.principal, &copy), .keytab, path)
        return unsafe copy
      }
      if !names.contains(name) { names.append(name) }
    }
    throw KerberosFault(
      code: krb5_error_code(KRB5_KT_NOTFOUND), step: .keytab, subject: wanted ?? "",
      words: names.joined(separator: ", "))
  }

  /// A principal may be configured without its realm.
  static func isMeant(_ name: String, by wanted: String) -> Bool {
    name == wanted || name.prefix { $0 != "@" } == wanted
  }

  private func openCache(of principal: String?) throws {
    guard let principal else {
      try check(unsafe krb5_cc_default(context, &cache), .cache, "")
      var owner: krb5_principal?
      try check(unsafe krb5_cc_get_principal(context, cache, &owner), .cache, "")
      defer { unsafe krb5_free_principal(context, owner) }
      return client = unsafe name(of: owner)
    }
    var wanted: krb5_principal?
    try check(unsafe krb5_parse_name(context, principal, &wanted), .cache, principal)
    defer { unsafe krb5_free_principal(context, wanted) }
    client = unsafe name(of: wanted)
    try check(unsafe krb5_cc_cache_match(context, wanted, &cache), .cache, client)
  }

  // MARK: Tickets

  /// Asked for here although the GSSAPI module would: it reports an error only as a sentence.
  private func getTicket(for host: String) throws {
    var request = unsafe krb5_creds()
    defer { unsafe krb5_free_cred_contents(context, &request) }
    try check(unsafe krb5_cc_get_principal(context, cache, &request.client), .cache, client)
    try check(
      unsafe krb5_sname_to_principal(context, host, "ldap", KRB5_NT_SRV_HST, &request.server),
      .ticket, "ldap/\(host)")
    let service = unsafe name(of: request.server)
    var ticket: UnsafeMutablePointer<krb5_creds>?
    try check(
      unsafe krb5_get_credentials(context, 0, cache, &request, &ticket), .ticket, service)
    unsafe krb5_free_creds(context, ticket)
  }

  private func name(of principal: krb5_const_principal?) -> String {
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe krb5_unparse_name(context, principal, &text) == 0, let text = unsafe text else {
      return ""
    }
    defer { unsafe krb5_free_unparsed_name(context, text) }
    return unsafe String(cString: text)
  }

  // MARK: Errors

  private func check(
    _ code: krb5_error_code, _ step: KerberosFault.Step, _ subject: String
  ) throws {
    guard code == 0 else { throw fault(code, step, subject) }
  }

  /// How libkrb5 words an error number where no operation has words of its own.
  static func words(of code: Int32) -> String {
    var context: krb5_context?
    guard unsafe krb5_init_context(&context) == 0 else { return "" }  // which loads the words
    defer { unsafe krb5_free_context(context) }
    let text = unsafe krb5_get_error_message(context, code)
    defer { unsafe krb5_free_error_message(context, text) }
    return unsafe text.map { unsafe String(cString: $0) } ?? ""
  }

  private func fault(
    _ code: krb5_error_code, _ step: KerberosFault.Step, _ subject: String
  ) -> KerberosFault {
    let text = unsafe krb5_get_error_message(context, code)
    defer { unsafe krb5_free_error_message(context, text) }
    return KerberosFault(
      code: code, step: step, subject: subject,
      words: unsafe text.map { unsafe String(cString: $0) } ?? "")
  }
}

/// What libkrb5 could not do.
struct KerberosFault: Error, Equatable {
  /// What was under way.
  enum Step: Equatable {
    /// The keytab was read; the subject is its path, or the principal that it does not hold.
    case keytab
    /// A cache of tickets was opened; the subject is the principal, or empty.
    case cache
    /// The realm was asked for the first ticket; the subject is the principal.
    case signIn
    /// The realm was asked for the ticket of a service, which is the subject.
    case ticket
  }

  /// The error number of libkrb5 (`krb5_err.et`), or of the system.
  var code: Int32
  var step: Step
  var subject: String
  /// libkrb5's words; for a principal without a key, those that have one.
  var words: String
}
