import Logging
import TenantCore
import Testing

@testable import Wiring

@Suite("Lines of the log")
struct SafeLogHandlerTests {
  private let event = LogEvent(
    level: .error, message: "bind failed:\n\u{1B}[2Jgone", error: nil, metadata: nil,
    source: "test", file: "", function: "", line: 0)

  @Test("as text, each line has program and level, and foreign text is harmless")
  func text() {
    let lines = SafeLogHandler(label: "tenantd").lines(event, ["tenant": "acme", "at": "x"])
    #expect(
      lines == "tenantd: error: bind failed:\ntenantd: error: \\u{1b}[2Jgone at=x tenant=acme\n")
  }

  @Test("as JSON, each message is one line, and metadata takes no name of the line's own")
  func json() {
    let line = SafeLogHandler(label: "tenantd", format: .json).object(
      event, ["tenant": "acme", "at": "x"], at: Timestamp(secondsSince1970: 0))
    #expect(
      line == #"{"at":"1970-01-01T00:00:00Z","level":"error","#
        + #""message":"bind failed:\n\u001b[2Jgone","program":"tenantd","tenant":"acme"}"# + "\n")
  }
}
