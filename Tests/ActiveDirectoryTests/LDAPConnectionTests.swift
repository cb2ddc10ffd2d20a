import Administration
import Authorization
import Foundation
import Glibc
import Harness
import Logging
import OperatingSystem
import TenantCore
import Testing

@testable import ActiveDirectory

/// A listener on loopback that takes connections and never answers.
private struct SilentListener: ~Copyable {
  let descriptor: FileDescriptor
  let port: Int

  init(on address: String = "127.0.0.1", port wanted: Int = 0, backlog: Int32 = 8) throws {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = UInt16(wanted).bigEndian
    inet_pton(AF_INET, address, &place.sin_addr)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutableBytes(of: &place) { bytes in
      let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      return bind(number, pointer, length) == 0 && listen(number, backlog) == 0
        && getsockname(number, pointer, &length) == 0
    }
    guard isListening else { throw SystemFailure.last }
    descriptor = FileDescriptor(owning: number)
    port = Int(UInt16(bigEndian: place.sin_port))
  }
}

@Suite("A connection is one connection, and every wait for it has an end", .timeLimit(.minutes(2)))
struct LDAPConnectionTests {
  private func settings(
    _ hosts: [String], _ port: Int, _ security: LDAPSettings.Security
  ) -> LDAPSettings {
    LDAPSettings(
      hosts: .listed(hosts), port: port, security: security,
      bind: .simple(user: "reader", password: .command(["printf", "secret"])),
      rootDN: "DC=acme,DC=example", timeout: .seconds(1))
  }

  private func reader(_ settings: LDAPSettings) -> LDAPDirectoryReader {
    LDAPDirectoryReader(
      directory: Directory(domain: "ACME", source: .ldap(settings)), index: 0, settings: settings,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  @Test(
    "A host that is silent in the TLS handshake is given up after the timeout, by each command",
    arguments: [LDAPSettings.Security.ldaps, .starttls])
  func silentHandshake(security: LDAPSettings.Security) async throws {
    let fault = Fault(.directory, "silent in the TLS handshake, \(security.rawValue), each command")
    let listener = try SilentListener()
    let reader = reader(settings(["127.0.0.1"], listener.port, security))
    let words = "127.0.0.1:\(listener.port) does not complete the TLS handshake: "
    let steps = await reader.testConnection()
    #expect(steps.map(\.name) == [.resolve, .connect, .tls])
    #expect(steps.map(\.succeeded) == [true, true, false])
    #expect(steps.last?.message.hasPrefix(words) == true)
    #expect(steps.last?.message.contains("no answer within 1 s") == true)
    let error = await #expect(throws: DirectoryError.self) {
      for try await _ in reader.users(attributes: [], at: .now()) {}
    }
    try #require(error?.code == .unavailable)
    try #require(error?.message.contains(words) == true)
    fault.survived("unavailable after the timeout, the step named")
  }

  @Test("After a silent host the next one is tried")
  func nextHost() async throws {
    let listener = try SilentListener(on: "127.0.0.7")
    let steps = await reader(settings(["127.0.0.7", "127.0.0.8"], listener.port, .ldaps))
      .testConnection()
    #expect(steps.map(\.name) == [.resolve, .connect, .tls, .resolve, .connect])
  }

  @Test(
    "Each of two hosts that are silent costs one time-out: it is not asked a second time",
    arguments: [LDAPSettings.Security.ldaps, .starttls, .plaintext])
  func twoSilentHosts(security: LDAPSettings.Security) async throws {
    let fault = Fault(.directory, "two hosts that never answer, \(security.rawValue)")
    let first = try LDAPScriptedServer(.silent, on: "127.0.0.7")
    let second = try LDAPScriptedServer(.silent, on: "127.0.0.8", port: first.port)
    let reader = reader(settings(["127.0.0.7", "127.0.0.8"], first.port, security))
    let error = await #expect(throws: DirectoryError.self) {
      for try await _ in reader.users(attributes: [], at: .now()) {}
    }
    let message = try #require(error?.message)
    for host in ["127.0.0.7", "127.0.0.8"] {
      try #require(message.components(separatedBy: "\(host):").count == 2, "\(message)")
    }
    let connections = [first.connected, second.connected]
    try #require(connections == [1, 1])
    fault.survived("one connection to each, and both are named")
  }

  @Test("Cancelling ends the wait for a handshake")
  func cancelled() async throws {
    let listener = try SilentListener()
    var patient = settings(["127.0.0.1"], listener.port, .ldaps)
    patient.timeout = .seconds(600)
    let reader = reader(patient)
    let task = Task { for try await _ in reader.users(attributes: [], at: .now()) {} }
    var waiting = pollfd(fd: listener.descriptor.number, events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, 0) != 1 { await Task.yield() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("A dead address before a live one of the same name costs a moment, refused or silent")
  func deadAndLive() throws {
    let note = Fault(.directory, "a name with a dead and a live address")
    // A queue of connections that is full leaves the next one without an answer.
    let full = try SilentListener(on: "127.0.0.7", backlog: 0)
    let live = try SilentListener()
    let dead = try SocketAddress.resolve("127.0.0.7", port: full.port)
    var held: [Int32] = []
    defer { for number in held { close(number) } }
    for _ in 0..<4 { held.append(try dead[0].startConnecting().release()) }
    let refused = try SocketAddress.resolve("127.0.0.8", port: live.port)
    let answering = try SocketAddress.resolve("127.0.0.1", port: live.port)
    let socket = try ConnectionRace.run(
      dead + refused + answering, until: .now + .seconds(60), Cancellation())
    try #require(socket.address.description == "127.0.0.1")
    note.survived("the live address is used")
    let fault = #expect(throws: SystemFailure.self) {
      _ = try ConnectionRace.run(refused, until: .now + .seconds(60), Cancellation())
    }
    #expect(fault?.number == ECONNREFUSED)
  }

  @Test("localhost is two addresses; the one that listens is used and named")
  func twoAddresses() async throws {
    let server = try LDAPScriptedServer { request in
      [.send(LDAPMessages.user(request.id, 1)), .send(LDAPMessages.done(request.id))]
    }
    let reader = reader(settings(["localhost"], server.port, .plaintext))
    let addresses = try SocketAddress.resolve("localhost", port: server.port)
    let name =
      "localhost:\(server.port)" + (addresses.count == 1 ? "" : " (127.0.0.1)")
    for try await event in reader.users(attributes: [], at: .now()) {
      if case .finished(let report) = event { #expect(report.server == name) }
    }
    #expect(reader.lastServer.server?.description == name)
  }

  @Test("S5: who was not read is looked for at the server that the others were read from")
  func sameServer() async throws {
    let server = try LDAPScriptedServer { request in
      [.send(LDAPMessages.user(request.id, 1)), .send(LDAPMessages.done(request.id))]
    }
    let reader = reader(settings(["127.0.0.8", "127.0.0.1"], server.port, .plaintext))
    for try await _ in reader.users(attributes: [], at: .now()) {}
    let back = try SilentListener(on: "127.0.0.8", port: server.port)
    let guid = try #require(ObjectGUID(bytes: [UInt8](repeating: 1, count: 16)))
    #expect(try await reader.presence(of: [guid]) == [guid: .outOfScope])
    var waiting = pollfd(fd: back.descriptor.number, events: Int16(POLLIN), revents: 0)
    #expect(poll(&waiting, 1, 0) == 0)
  }

  @Test("A lost connection is never opened again behind its reader's back")
  func noReconnect() async throws {
    let server = try LDAPScriptedServer { _ in [.close] }
    let settings = settings(["127.0.0.1"], server.port, .plaintext)
    try await OwnThread.run { cancellation in
      let connection = try LDAPConnector(settings: settings, cancellation: cancellation)
        .open(LDAPServer(host: "127.0.0.1", port: server.port, security: .plaintext))
      let request = SearchRequest(base: "", filter: "(a=*)", attributes: ["1.1"])
      for _ in 0..<5 {
        #expect(throws: LDAPFault.self) {
          let id = try connection.handle.search(request)
          _ = try connection.handle.answer(to: id, within: .seconds(5), cancellation)
        }
      }
    }
    #expect(server.connected == 1)
  }
}
