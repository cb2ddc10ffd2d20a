import CLDAP
import Logging
import OperatingSystem
import TenantCore

/// The service account's connection to one directory during one sign-in: opened when first asked,
/// and opened again at the next host when it is lost.
final class DirectoryLink {
  /// The longest message that is taken: 10,000 groups of a person are far below it.
  static let maximumMessage = 1 << 20

  let reader: LDAPDirectoryReader
  let cancellation: Cancellation
  private var session: LDAPSession?
  private var left: [LDAPServer] = []
  private var failure: DirectoryError?

  init(_ reader: LDAPDirectoryReader, _ cancellation: Cancellation) {
    self.reader = reader
    self.cancellation = cancellation
  }

  var domain: String { reader.directory.domain }
  var rootDN: String { reader.settings.rootDN }

  /// The directory's hosts in order, but the one that has just answered first.
  func servers() throws -> [LDAPServer] {
    let all = try reader.servers()
    guard let used = session?.server else { return all }
    return [used] + all.filter { !$0.isSameHost(as: used) }
  }

  /// Asks something, and asks again elsewhere if the host is lost.
  ///
  /// - Throws: ``DirectoryError``, the same each time once no host is left; `CancellationError`.
  func ask<Answer>(_ question: (LDAPSession) throws -> Answer) throws -> Answer {
    if let failure { throw failure }
    do {
      while true {
        let session = try opened()
        do {
          return try question(session)
        } catch {
          try giveUp(session, after: error)
        }
      }
    } catch let error as DirectoryError {
      failure = error
      throw error
    }
  }

  private func opened() throws -> LDAPSession {
    if let session { return session }
    if left.isEmpty {
      let servers = try reader.servers()
      left = servers.count == 1 ? servers + servers : servers
    }
    let session = try reader.open(&left, cancellation)
    try session.handle.limitIncoming(to: Self.maximumMessage)
    self.session = session
    return session
  }

  /// Returns if the next host may be asked.
  private func giveUp(_ session: LDAPSession, after error: any Error) throws {
    let fault: LDAPFault
    var words: String
    switch error {
    case let lost as LDAPFault: (fault, words) = (lost, "did not answer: \(lost.text)")
    case let search as SearchFault: (fault, words) = (search.fault, Self.words(search))
    case let pages as EndlessPages:
      (fault, words) = (LDAPFault(code: LDAP_LOCAL_ERROR), pages.words)
    case is UnpagedAnswer:
      (fault, words) = (LDAPFault(code: LDAP_LOCAL_ERROR), "does not say whether it found more")
    default: throw error
    }
    words = "\(session.server) \(words)"
    guard fault.isLoss, !left.isEmpty else {
      throw DirectoryError(
        .unavailable, "directory '\(domain)' could not be asked who signs in: \(words)",
        cause: error)
    }
    reader.logger.warning("sign-in goes on at the next host: \(words)")
    self.session = nil
  }

  private static func words(_ search: SearchFault) -> String {
    guard search.fault.code == LDAP_REFERRAL else { return "answered: \(search.fault.text)" }
    return "refers to \(search.referrals.first ?? "another server"), which is not followed; put "
      + "that server into 'hosts', or correct 'rootDN'"
  }
}
