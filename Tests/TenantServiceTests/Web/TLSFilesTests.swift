import Foundation
import Harness
import TenantCore
import Testing

@testable import TenantService

@Suite("The server's certificate and key")
struct TLSFilesTests {
  @Test("a key that others may read is refused, with the remedy (A4)", arguments: [0o640, 0o604])
  func readableKey(mode: Int) throws {
    let folder = try TemporaryFolder()
    let key = folder.path("key.pem")
    try Data("x".utf8).write(to: URL(filePath: key))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: key)
    let failure = try #require(throws: Failure.self) {
      try TLSFiles(certificate: folder.path("none.pem"), key: key).configuration()
    }
    #expect(failure.description.contains("chmod 600 '\(key)'"))
  }

  @Test("files that are none say which, and what they have to be")
  func garbage() throws {
    let failure = try #require(throws: Failure.self) {
      try TLSFiles(certificate: "/nowhere/chain.pem", key: "/nowhere/key.pem").configuration()
    }
    #expect(failure.description.contains("/nowhere/chain.pem"))
    #expect(failure.description.contains("PEM"))
  }
}
