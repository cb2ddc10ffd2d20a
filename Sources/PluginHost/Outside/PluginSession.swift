internal import Logging
internal import PluginContract
internal import TenantCore
internal import Synchronization

/// The conversation with a plugin's process: what matchers and exporters share. The process is gone
/// when this is.
final class PluginSession: Sendable {
  /// Takes questions; only for those who hold the session.
  let process: PluginProcess
  private let requests = Atomic<UInt32>(0)
  private let matchers = Atomic<UInt32>(0)
  private let manifest: PluginManifest
  private let contract: ContractRange
  private let greeting: PluginProcess.Question
  private let greeted = Mutex<Result<Void, any Error>?>(nil)

  /// Starts a program and greets it; does not wait.
  ///
  /// - Parameters:
  ///   - contract: the versions that this side speaks.
  ///   - remedy: what helps if it fails.
  init(
    _ program: CheckedProgram, limits: PluginLimits, logger: Logger,
    contract: ContractRange = .present, remedy: Remedy? = nil
  ) throws {
    manifest = program.manifest
    self.contract = contract
    let hello = try ControlFrame.encode(HostMessage.hello(HostHello(contract: contract)))
    process = try PluginProcess(program, limits: limits, logger: logger, remedy: remedy)
    greeting = process.ask(hello)
  }

  deinit { process.close() }

  /// The plugin's name.
  var plugin: String { manifest.name }

  func nextRequest() -> UInt32 { requests.wrappingAdd(1, ordering: .relaxed).oldValue }

  func nextMatcher() -> UInt32 { matchers.wrappingAdd(1, ordering: .relaxed).oldValue }

  /// An error that names the plugin.
  func failure(_ message: String, _ code: PluginError.Code = .failed) -> PluginError {
    PluginError(code, plugin: plugin, Self.shortened(message))
  }

  /// A plugin may say much; what it says is shown to people.
  private static func shortened(_ message: String) -> String {
    let scalars = message.unicodeScalars.prefix(maximumMessage)
    return scalars.count < maximumMessage ? message : String(scalars) + "…"
  }

  private static let maximumMessage = 2_000

  func message(in frame: Frame) throws(PluginError) -> PluginMessage {
    do throws(FrameError) {
      guard frame.kind == .control else {
        throw FrameError("it sent a frame of kind \(frame.kind.rawValue) out of place")
      }
      return try ControlFrame.decode(frame.body, as: PluginMessage.self)
    } catch {
      throw failure("\(error)")
    }
  }

  /// What a frame says that is not the expected answer.
  ///
  /// - Parameter isBeginning: true where options were handed over: only then can one be to blame.
  func complaint(in frame: Frame, isBeginning: Bool = false) throws(PluginError) -> any Error {
    switch try message(in: frame) {
    case .error(let complaint):
      if isBeginning, let option = complaint.option,
        manifest.options.contains(where: { $0.name == option })
      {
        return OptionError(option: option, message: Self.shortened(complaint.message))
      }
      return failure(complaint.message)
    case let other:
      return failure("it answered \(other) out of place")
    }
  }

  // MARK: - The greeting

  /// Waits until the plugin has greeted back; whoever asks later gets the same answer.
  func waitForGreeting() throws {
    try greeted.withLock { result in
      let known = result ?? Result { try checkGreeting() }
      result = known
      try known.get()
    }
  }

  private func checkGreeting() throws {
    guard let frame = try process.waitForFrame(of: greeting) else {
      throw failure("it did not greet")
    }
    switch try message(in: frame) {
    case .hello(let hello): try check(hello)
    case .refuse(let refusal): throw versionFailure(refusal.contract)
    default: throw try complaint(in: frame)
    }
  }

  private func check(_ hello: PluginHello) throws(PluginError) {
    guard (contract.oldest...contract.newest).contains(hello.contract) else {
      // It ought to have refused: that is a fault of its own (PluginTrial tells the two apart).
      let theirs = ContractRange(oldest: hello.contract, newest: hello.contract)
      throw versionFailure(theirs, .failed)
    }
    guard hello.contract == manifest.contract else {
      throw failure(
        "the program speaks version \(hello.contract) of the contract, its manifest says "
          + "\(manifest.contract); fix the manifest", .refused)
    }
    let kind: PluginKind = manifest.kind == .matcher ? .matcher : .exporter
    guard hello.name == manifest.name, hello.kind == kind, hello.version == manifest.version else {
      throw failure(
        "the program says that it is the \(hello.kind.rawValue) '\(hello.name)' \(hello.version), "
          + "the manifest the \(kind.rawValue) '\(manifest.name)' \(manifest.version); fix the "
          + "manifest",
        .refused)
    }
    guard hello.options.map({ Self.byName($0) == Self.byName(manifest.options) }) ?? true else {
      let difference = Self.difference(hello.options ?? [], manifest.options)
      throw failure(
        "the program declares other options than its manifest\(difference); give both the same",
        .refused)
    }
  }

  /// Which options differ, the first few of them.
  private static func difference(
    _ program: [OptionDeclaration], _ manifest: [OptionDeclaration]
  ) -> String {
    let said = Dictionary(grouping: program, by: \.name)
    let written = Dictionary(grouping: manifest, by: \.name)
    let words = Set(said.keys).union(written.keys).sorted().compactMap { name -> String? in
      guard said[name] != written[name] else { return nil }
      let place =
        switch (said[name], written[name]) {
        case (_, nil): "in the program only"
        case (nil, _): "in the manifest only"
        default: "not the same in type, words, default or summary"
        }
      return "'\(name.prefix(64))' is \(place)"
    }
    return words.isEmpty ? "" : ": " + words.prefix(3).joined(separator: ", ")
  }

  private static func byName(_ options: [OptionDeclaration]) -> [OptionDeclaration] {
    options.sorted { $0.name < $1.name }
  }

  private func versionFailure(
    _ theirs: ContractRange, _ code: PluginError.Code = .version
  ) -> PluginError {
    let remedy =
      theirs.oldest > contract.newest
      ? "install a version of the plugin for contract \(contract), or a newer tenantctl"
      : "install a version of the plugin for contract \(contract)"
    return failure(
      "the plugin speaks version \(theirs) of the contract, this tenantctl \(contract); \(remedy)",
      code)
  }
}
