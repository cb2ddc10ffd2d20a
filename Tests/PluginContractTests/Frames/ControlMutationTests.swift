import Harness
import Testing

@testable import PluginContract

@Suite("Control messages with errors in them")
struct ControlMutationTests {
  static let malformed: [(String, String)] = [
    ("", "it is not a valid JSON object"),
    ("hello", "it is not a valid JSON object"),
    ("[]", "it is not a valid JSON object"),
    ("null", "it is not a valid JSON object"),
    ("{}", "'type' is missing"),
    (#"{"type":7}"#, "'type' is wrong"),
    (#"{"type":"bye"}"#, "'type' is wrong"),
    (#"{"type":"make"}"#, "'type' is wrong"),
    (#"{"type":"refuse","contract":{"oldest":1}}"#, "'contract.newest' is missing"),
    (#"{"type":"refuse","contract":{"oldest":1,"newest":1e99}}"#, "it is not a valid JSON object"),
    (#"{"type":"made","attributes":["mail"],"fields":[]}"#, "'rules' is missing"),
    (
      #"{"type":"made","attributes":["mail"],"fields":[],"rules":[{"attributes":[]}]}"#,
      "'rules.0.fields' is missing"
    ),
    (
      #"{"type":"hello","contract":1,"kind":"virus","name":"n","version":"1","features":[]}"#,
      "'kind' is wrong"
    ),
    (
      #"{"type":"hello","contract":1,"kind":"matcher","name":"n","version":"1","features":[],"#
        + #""options":[{"name":"o","type":"choice","default":"a","summary":"s"}]}"#,
      "'options.0.words' is wrong"
    ),
  ]

  @Test("what is malformed is an error that says which key is wrong", arguments: malformed)
  func isRefused(text: String, message: String) {
    let error = #expect(throws: FrameError.self) {
      try ControlFrame.decode(Array(text.utf8), as: PluginMessage.self)
    }
    #expect(
      error?.description == "a control frame is unknown (\(message)): "
        + text.prefix(80))
  }

  @Test("an array in an array, half a million times, is an error and no crash")
  func deep() {
    let nested = String(repeating: "[", count: 1 << 19)
    for text in [nested, #"{"type":"done","more":"# + nested, #"{"type":"made","rules":"# + nested]
    {
      #expect(throws: FrameError.self) {
        try ControlFrame.decode(Array(text.utf8), as: PluginMessage.self)
      }
    }
  }

  @Test("a message that was cut anywhere is refused")
  func cut() throws {
    for (message, _) in ControlMessageTests.plugin {
      let body = try ControlFrame.encode(message).body
      for end in body.indices {
        #expect(throws: FrameError.self) {
          try ControlFrame.decode(Array(body[..<end]), as: PluginMessage.self)
        }
      }
    }
    for (message, _) in ControlMessageTests.host {
      let body = try ControlFrame.encode(message).body
      for end in body.indices {
        #expect(throws: FrameError.self) {
          try ControlFrame.decode(Array(body[..<end]), as: HostMessage.self)
        }
      }
    }
  }

  @Test("a message with changed bytes is refused or whole", arguments: 0..<20)
  func changed(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let messages = ControlMessageTests.plugin.map(\.1) + ControlMessageTests.host.map(\.1)
    for _ in 0..<300 {
      var body = Array(messages[random.number(below: messages.count)].utf8)
      for _ in 0...random.number(below: 2) {
        body[random.number(below: body.count)] = UInt8(random.number(below: 256))
      }
      if let read = try? ControlFrame.decode(body, as: PluginMessage.self) {
        _ = try ControlFrame.encode(read)
      }
      if let read = try? ControlFrame.decode(body, as: HostMessage.self) {
        _ = try ControlFrame.encode(read)
      }
    }
  }
}
