import CLDAP
import Logging
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
  /// Pages without any entry in a row that end a search: nobody makes that many by filtering.
  static let emptyPagesLimit = 200

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
    var pages = 0
    var emptyPages = 0
    var id = try handle.search(request)
    while true {
      let page = try answer(to: &id, of: request, cookie: cookie)
      guard let next = page.result.cookie else { throw UnpagedAnswer(page: pages + 1) }
      if !next.isEmpty { id = try handle.search(request, cookie: next) }
      pages += 1
      emptyPages = try body(page.answer) == 0 ? emptyPages + 1 : 0
      guard !next.isEmpty else { return pages }
      guard emptyPages < (next == cookie ? 2 : Self.emptyPagesLimit) else { throw EndlessPages() }
      cookie = next
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

/// A server that gives cookies without end and no entries.
struct EndlessPages: Error {}

/// A page whose end does not say whether another one follows: entries may be missing (T2).
struct UnpagedAnswer: Error {
  /// The number of the page, from 1.
  var page: Int
}
