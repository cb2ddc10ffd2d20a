import Foundation
import Glibc
import Harness
import OperatingSystem
import Testing

@Suite("File descriptors close themselves and say what failed", .timeLimit(.minutes(5)))
struct FileDescriptorTests {
  @Test("One is closed when it goes, and no other program gets it")
  func closes() throws {
    let number: CInt
    do {
      let file = try FileDescriptor(file: "/etc/passwd")
      number = file.number
      #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
      #expect(try file.status().isRegularFile)
    }
    let pipe = try PipeEnds()
    #expect(fcntl(pipe.read.number, F_GETFD) & FD_CLOEXEC != 0)
    let kept = try FileDescriptor(file: "/etc/passwd").release()
    #expect(fcntl(kept, F_GETFD) >= 0)
    #expect(close(kept) == 0)
  }

  @Test("All bytes are written and read, up to a limit")
  func bytes() throws {
    let folder = try TemporaryFolder()
    let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    let file = try FileDescriptor(opening: folder.path("f"), flags: O_RDWR | O_CREAT)
    try file.write(content)
    try file.sync()
    #expect(try folder.mode("f") == 0o600)
    let again = try FileDescriptor(file: folder.path("f"))
    #expect(try again.bytes(limit: 1 << 20) == content)
    #expect(try FileDescriptor(file: folder.path("f")).bytes(limit: 5) == [0, 1, 2, 3, 4])
    #expect(try again.status().size == content.count)
  }

  @Test("What does not block says that there is nothing yet")
  func nonblocking() throws {
    let pipe = try PipeEnds(capacity: 1 << 16)
    try pipe.read.setBlocking(false)
    var buffer = [UInt8](repeating: 0, count: 8)
    let failure = #expect(throws: SystemFailure.self) { try pipe.read.read(into: &buffer) }
    #expect(failure?.isNothingYet == true)
    try pipe.write.write([7, 8])
    #expect(try pipe.read.read(into: &buffer) == 2)
    #expect(buffer.starts(with: [7, 8]))
  }

  @Test("A link is followed only where that is meant")
  func links() throws {
    let folder = try TemporaryFolder()
    try folder.write("a", to: "file")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: "file")
    let place = try FileDescriptor(folder: folder.path(""))
    #expect(try place.target(ofLink: "link") == "file")
    #expect(try place.target(ofLink: "file") == nil)
    let failure = #expect(throws: SystemFailure.self) {
      _ = try FileDescriptor(file: "link", in: place)
    }
    #expect(failure?.number == ELOOP)
    #expect(try FileDescriptor(file: folder.path("link")).bytes(limit: 9) == Array("a".utf8))
  }

  @Test("An error is in the system's words, and a limit has its remedy")
  func words() {
    #expect(SystemFailure(number: ENOENT).inWords == "no such file or directory")
    #expect("\(SystemFailure(number: ECONNREFUSED))" == "connection refused")
    #expect(SystemFailure(number: EMFILE).inWords.contains("ulimit -n"))
    #expect(SystemWords(EACCES).text(orElse: "ask") == "permission denied; ask")
    #expect(!SystemWords(ENOSPC).text(orElse: "ask").contains("ask"))
  }
}
