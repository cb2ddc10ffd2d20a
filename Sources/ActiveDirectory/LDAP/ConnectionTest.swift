internal import Administration
import Authorization
internal import OperatingSystem
import Synchronization
import TenantCore

/// Tries every step of every host; what follows a failed step on the same host is left out.
struct ConnectionTest {
  let reader: LDAPDirectoryReader
  let cancellation: Cancellation

  func run() -> [ConnectionStep] {
    let servers: [LDAPServer]
    do {
      servers = try reader.servers()
    } catch {
      return [failure(.resolve, reader.directory.domain, error)]
    }
    return servers.flatMap(steps)
  }

  private func steps(of server: LDAPServer) -> [ConnectionStep] {
    let done = Mutex<[ConnectionStep]>([])
    var connector = LDAPConnector(settings: reader.settings, cancellation: cancellation)
    connector.note = { step, server, message in
      done.withLock {
        $0.append(
          ConnectionStep(step, target: "\(server)", succeeded: true, message: message))
      }
    }
    connector.noteFailure = { fault in
      done.withLock { $0.append(failure(fault.step, "\(fault.server)", fault)) }
    }
    do {
      let connection = try connector.open(server)
      return done.withLock { $0 } + counts(reader.session(connection, cancellation))
    } catch let fault as ConnectionFault {
      return done.withLock { $0 } + [failure(fault.step, "\(fault.server)", fault)]
    } catch {
      let steps = done.withLock { $0 }
      return steps + [failure(next(after: steps), "\(server)", error)]
    }
  }

  /// The number of users of each organizational unit, counted to the last page.
  private func counts(_ session: LDAPSession) -> [ConnectionStep] {
    let filter = SearchFilter.persons(and: reader.settings.filter)
    return reader.bases.map { base in
      let target = "\(session.server) \(base)"
      do {
        let count = try UnitRead(session: session, base: base, bases: reader.bases)
          .count(filter: filter)
        return ConnectionStep(
          .search, target: target, succeeded: true,
          message: count == 1 ? "1 user" : "\(count) users")
      } catch {
        return failure(.search, target, error)
      }
    }
  }

  /// The step at which something other than the server was wrong: a secret, a certificate file.
  private func next(after steps: [ConnectionStep]) -> ConnectionStep.Name {
    let order: [ConnectionStep.Name] =
      reader.settings.security.isTLS
      ? [.resolve, .connect, .tls, .bind] : [.resolve, .connect, .bind]
    return order.first { name in !steps.contains { $0.name == name } } ?? .bind
  }

  private func failure(
    _ name: ConnectionStep.Name, _ target: String, _ error: any Error
  ) -> ConnectionStep {
    let message: String
    switch error {
    case let fault as ConnectionFault: message = fault.message
    case let error as DirectoryError: message = error.message
    case let fault as LDAPFault: message = fault.text
    default: message = "\(error)"
    }
    return ConnectionStep(name, target: target, succeeded: false, message: message)
  }
}
