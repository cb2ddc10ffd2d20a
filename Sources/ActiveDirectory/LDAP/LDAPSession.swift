import CLDAP
import Logging
import OperatingSystem
import TenantCore

/// One bound connection and what searching over it takes.
struct LDAPSession {
  let handle: LDAPHandle
  let server: LDAPServer
  let settings: LDAPSettings
  let cancellation: Cancellation
  let logger: Logger

  /// How often a request is sent again to a server that is busy, and the first pause.
  static let retries = 4
  static let firstPause = Duration.milliseconds(250)
  /// Results by which servers refuse the cookie of a page (RFC 2696, section 3): Active Directory
  /// 12, OpenLDAP and Samba 53, others 1 or 2.
  static let cookieRefusals = [
    LDAP_OPERATIONS_ERROR, LDAP_PROTOCOL_ERROR, LDAP_UNAVAILABLE_CRITICAL_EXTENSION,
    LDAP_UNWILLING_TO_PERFORM,
  ]

  /// Sends a search and waits for its answer, which must be result 0.
  func search(_ request: SearchRequest) throws -> LDAPAnswer {
    log(request)
    var id = try handle.search(request)
    return try answer(to: &id, of: request, cookie: []).answer
  }

  /// Reads all pages of a search (RFC 2696). The next page is asked for as soon as the end of this
  /// one is here, before it is looked at, so that server and client work at the same time.
  ///
  /// - Returns: the number of pages.
  /// - Throws: unless the last page was reached with result 0 (T2).
  func pages(of request: SearchRequest, _ body: (LDAPAnswer) throws -> Int) throws -> Int {
    log(request)
    var cookie: [UInt8] = []
    var watch = PageWatch(users: settings.maxUsers, receivedBytes: handle.receivedBytes)
    var id = try handle.search(request)
    while true {
      let page = try page(after: watch.pages, &id, of: request, cookie: cookie)
      guard let next = page.result.cookie else { throw UnpagedAnswer(page: watch.pages + 1) }
      if !next.isEmpty { id = try handle.search(request, cookie: next) }
      try watch.take(
        try body(page.answer), first: try page.answer.firstName(),
        receivedBytes: handle.receivedBytes, isSameCookie: next == cookie)
      guard !next.isEmpty else { return watch.pages }
      cookie = next
    }
  }

  /// Another server behind the same address, or a server that was restarted, does not know the
  /// cookie: that is like a connection that was lost.
  private func page(
    after pages: Int, _ id: inout Int32, of request: SearchRequest, cookie: [UInt8]
  ) throws -> (answer: LDAPAnswer, result: LDAPResult) {
    do {
      return try answer(to: &id, of: request, cookie: cookie)
    } catch let search as SearchFault
      where pages > 0 && Self.cookieRefusals.contains(search.fault.code)
    {
      var fault = search.fault
      fault.diagnostic = "it does not go on after page \(pages) (\(fault.diagnostic.trimmed))"
      fault.isPlaceLost = true
      throw fault
    }
  }

  private func log(_ request: SearchRequest) {
    logger.debug("\(SearchCommand(settings: settings, server: server, request: request))")
  }

  /// Waits for an answer; asks again, with growing pauses, while the server is busy.
  private func answer(
    to id: inout Int32, of request: SearchRequest, cookie: [UInt8]
  ) throws -> (answer: LDAPAnswer, result: LDAPResult) {
    var pause = Self.firstPause
    for attempt in 0... {
      let answer = try handle.answer(to: id, within: settings.timeout, cancellation)
      let result = try answer.result()
      if result.fault.code == LDAP_SUCCESS { return (answer, result) }
      guard result.fault.isTransient, attempt < Self.retries else {
        throw SearchFault(fault: result.fault, referrals: result.referrals)
      }
      logger.notice("\(server) is busy (\(result.fault.text)); asking again in \(pause.inSeconds)")
      try cancellation.sleep(pause)
      pause *= 2
      id = try handle.search(request, cookie: cookie)
    }
    throw LDAPFault(code: LDAP_BUSY)
  }
}

/// A search that ended with another result than 0.
struct SearchFault: Error {
  var fault: LDAPFault
  var referrals: [String]
}

/// A page whose end does not say whether another one follows: entries may be missing (T2).
struct UnpagedAnswer: Error {
  /// The number of the page, from 1.
  var page: Int
}
