import Foundation

@testable import PluginContract

/// A plugin program that runs, and what the host would say to it.
final class PluginConversation {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  /// Starts a program with the environment that the host gives it. What it prints on standard
  /// error shows among the tests' own output, unless it is expected to complain.
  init(_ program: URL, complains: Bool = false) throws {
    if complains { process.standardError = FileHandle.nullDevice }
    process.executableURL = program
    process.environment = [
      "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin",
    ]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  // Foundation starts a program with SIGTERM blocked, so that `terminate` would not reach it.
  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  func send(_ frame: Frame) throws { try send(bytes: frame.bytes) }

  func send(_ message: HostMessage) throws { try send(ControlFrame.encode(message)) }

  func send(bytes: [UInt8]) throws {
    try input.fileHandleForWriting.write(contentsOf: Data(bytes))
  }

  /// The next frame; it must come.
  func frame() throws -> Frame {
    let (kind, length) = try Frame.head(read(Frame.headLength))
    return Frame(kind, try read(length))
  }

  /// The next frame, which must be a control frame.
  func message() throws -> PluginMessage {
    let frame = try frame()
    guard frame.kind == .control else { throw FrameError("a frame of kind \(frame.kind) came") }
    return try ControlFrame.decode(frame.body, as: PluginMessage.self)
  }

  /// Sends and waits for the answer.
  func ask(_ message: HostMessage) throws -> PluginMessage {
    try send(message)
    return try self.message()
  }

  func greet() throws -> PluginMessage { try ask(.hello(HostHello())) }

  /// Asks a matcher for keys.
  func keys(_ question: RecordsFrame, names: [String]) throws -> KeysFrame {
    try send(question.frame(names: names))
    return try KeysFrame(frame().body)
  }

  /// The part of an exporter's file that answers a frame; nil if it complains.
  func part(answering frame: Frame) throws -> [UInt8]? {
    try send(frame)
    var part: [UInt8] = []
    while true {
      let answer = try self.frame()
      guard answer.kind == .control else {
        part += answer.body
        continue
      }
      let message = try ControlFrame.decode(answer.body, as: PluginMessage.self)
      return message == .done ? part : nil
    }
  }

  /// Closes the program's input and waits for its end; what it still said is an error.
  func end() throws -> Int32 {
    try input.fileHandleForWriting.close()
    let rest = try output.fileHandleForReading.readToEnd() ?? Data()
    guard rest.isEmpty else { throw FrameError("\(rest.count) bytes more came") }
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -1
  }

  private func read(_ count: Int) throws -> [UInt8] {
    var bytes = Data()
    while bytes.count < count {
      guard let more = try output.fileHandleForReading.read(upToCount: count - bytes.count) else {
        throw FrameError("the plugin ended in the middle of a frame")
      }
      bytes += more
    }
    return Array(bytes)
  }
}
