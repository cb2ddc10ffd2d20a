import Foundation
import Testing

@testable import PluginContract

@Suite("Control messages")
struct ControlMessageTests {
  private static let options = [
    OptionDeclaration("flag", .boolean, default: .boolean(true), "a flag"),
    OptionDeclaration("count", .integer, default: .integer(-3), "a number"),
    OptionDeclaration("text", .string, default: .string("1"), "a text"),
    OptionDeclaration("word", .choice(["a", "b"]), default: .string("b"), "a word"),
  ]

  static let host: [(HostMessage, String)] = [
    (
      .hello(HostHello(contract: ContractRange(oldest: 1, newest: 2))),
      #"{"contract":{"newest":2,"oldest":1},"features":[],"type":"hello"}"#
    ),
    (
      .make(
        MakeMatcher(
          matcher: 3,
          context: MatcherContext(
            directories: [
              DirectoryIdentity(domain: "ACME", dnsDomain: "acme.example"),
              DirectoryIdentity(domain: "PARTNER"),
            ], options: OptionValues(declared: options)))),
      #"{"directories":[{"dnsDomain":"acme.example","domain":"ACME"},{"domain":"PARTNER"}],"#
        + #""matcher":3,"options":{"count":-3,"flag":true,"text":"1","word":"b"},"type":"make"}"#
    ),
    (
      .begin(
        BeginExport(
          ExportHeader(
            tenant: "acme", run: nil, startedAt: "A", completedAt: "B", live: true,
            countsByState: [("linked", 2)], matched: 2, notMatched: 0,
            columns: [.activeDirectoryLogin, .status]))),
      #"{"byteOrderMark":false,"columns":["activeDirectoryLogin","status"],"completedAt":"B","#
        + #""countsByState":[{"count":2,"state":"linked"}],"exact":false,"live":true,"#
        + #""matched":2,"notMatched":0,"options":{},"startedAt":"A","tenant":"acme","#
        + #""type":"begin"}"#
    ),
    (
      .end(
        EndExport(
          ExportSummary(
            vanishedLinks: [
              .init(
                state: "source-deleted", objectGUID: "G", domain: "ACME", login: "l",
                userName: "u")
            ], unclaimed: ["x"], findings: [.init(code: "moved", subject: nil, message: "m")],
            lastFailure: .init(run: 2, at: "C", message: "n")))),
      #"{"findings":[{"code":"moved","message":"m"}],"#
        + #""lastFailure":{"at":"C","message":"n","run":2},"type":"end","unclaimed":["x"],"#
        + #""vanishedLinks":[{"domain":"ACME","login":"l","objectGUID":"G","#
        + #""state":"source-deleted","userName":"u"}]}"#
    ),
  ]

  static let plugin: [(PluginMessage, String)] = [
    (
      .hello(
        PluginHello(
          contract: 1, kind: .matcher, name: "mail-name", version: "1.0.0",
          options: [options[3]])),
      #"{"contract":1,"features":[],"kind":"matcher","name":"mail-name","options":["#
        + #"{"default":"b","name":"word","summary":"a word","type":"choice","words":["a","b"]}],"#
        + #""type":"hello","version":"1.0.0"}"#
    ),
    (
      .refuse(PluginRefusal(contract: ContractRange(oldest: 2, newest: 2))),
      #"{"contract":{"newest":2,"oldest":2},"type":"refuse"}"#
    ),
    (.made(MadeMatcher(TwoRules())), madeText),
    (.done, #"{"type":"done"}"#),
    (
      .error(PluginComplaint(message: "no / \"quote\"", option: "text")),
      #"{"message":"no / \"quote\"","option":"text","type":"error"}"#
    ),
  ]

  private static let madeText =
    #"{"attributes":["mail"],"fields":["userName"],"mode":"all","rules":["#
    + #"{"attributes":["mail"],"code":"one","fields":["userName"],"tier":2},"#
    + #"{"attributes":["mail"],"fields":["userName"],"near":"near-miss:accent"}],"type":"made"}"#

  @Test("what the host says is this JSON, both ways", arguments: host)
  func hostSays(message: HostMessage, text: String) throws {
    let body = try ControlFrame.encode(message).body
    #expect(String(decoding: body, as: UTF8.self) == text)
    #expect(try ControlFrame.decode(body, as: HostMessage.self) == message)
  }

  @Test("what a plugin says is this JSON, both ways", arguments: plugin)
  func pluginSays(message: PluginMessage, text: String) throws {
    let body = try ControlFrame.encode(message).body
    #expect(String(decoding: body, as: UTF8.self) == text)
    #expect(try ControlFrame.decode(body, as: PluginMessage.self) == message)
  }

  @Test("keys that are not known are passed over: a later version may have more")
  func unknownKeys() throws {
    let text = #"{"type":"refuse","contract":{"oldest":2,"newest":3,"x":[]},"more":{"a":null}}"#
    #expect(
      try ControlFrame.decode(Array(text.utf8), as: PluginMessage.self)
        == .refuse(PluginRefusal(contract: ContractRange(oldest: 2, newest: 3))))
  }

  @Test("options keep their types") func optionTypes() throws {
    let text = #"{"a":true,"b":1,"c":"true","d":0}"#
    let read = try ControlFrame.decode(Array(text.utf8), as: [String: OptionValue].self)
    #expect(
      read == ["a": .boolean(true), "b": .integer(1), "c": .string("true"), "d": .integer(0)])
  }

  @Test("an exporter is given what the host knows")
  func header() throws {
    guard case .begin(let order) = Self.host[2].0 else {
      Issue.record("it is another message")
      return
    }
    let header = order.header(declared: [Self.options[1]])
    #expect(header.options.integer("count") == -3)
    #expect(header.countsByState.map(\.state) == ["linked"])
    #expect(header.run == nil && header.live)
  }

  @Test("a complaint is cut so that it fits into a control frame of 1 MiB")
  func longComplaint() throws {
    struct Long: Error, CustomStringConvertible {
      let description = String(repeating: "\u{1}", count: 1 << 20)
    }
    let frame = try ControlFrame.encode(PluginMessage.error(PluginComplaint(Long())))
    #expect(frame.body.count < ControlFrame.maximumPluginLength)
  }

  /// A matcher with an exact rule in a later tier and a near one.
  private struct TwoRules: Matcher {
    let rules = [
      KeyRule(code: "one", matcher: "m", attributes: ["mail"], fields: [.userName], tier: 2),
      .near(.accent, matcher: "m", attributes: ["mail"], fields: [.userName]),
    ]
    let attributes = ["mail"]
    let fields: [TenantField] = [.userName]
    let mode = TierMode.all

    func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) -> KeyBatch { KeyBatch() }
  }
}
