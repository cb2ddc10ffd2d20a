internal import PluginContract

/// A duty of the contract that a plugin does not keep.
public struct ContractViolation: Sendable, Equatable, CustomStringConvertible {
  /// The duty, in a few words, such as `answers every record`.
  public let duty: String
  /// What was done instead, with the data that shows it.
  public let message: String

  /// Makes a violation.
  public init(duty: String, message: String) {
    self.duty = duty
    self.message = message
  }

  /// The duty and what was done instead.
  public var description: String { "\(duty): \(message)" }
}

/// A duty of the contract, and what was found against it.
public struct ContractVerdict: Sendable, Equatable {
  /// The duty, in a few words.
  public let duty: String
  /// What was done instead, each time; empty if the duty is kept.
  public internal(set) var problems: [String]

  /// Makes a verdict.
  public init(duty: String, problems: [String]) {
    self.duty = duty
    self.problems = problems
  }
}

/// Gathers what is found, so that an author sees all of it at once.
struct Findings {
  /// The duties that were looked at, in the order of the first look.
  private(set) var verdicts: [ContractVerdict] = []

  var violations: [ContractViolation] {
    verdicts.flatMap { verdict in
      verdict.problems.map { ContractViolation(duty: verdict.duty, message: $0) }
    }
  }

  mutating func expect(_ holds: Bool, _ duty: String, _ message: @autoclosure () -> String) {
    let index = verdicts.firstIndex { $0.duty == duty } ?? verdicts.count
    if index == verdicts.count { verdicts.append(ContractVerdict(duty: duty, problems: [])) }
    if !holds { verdicts[index].problems.append(message()) }
  }

  /// Runs `body`; what it throws is a violation.
  ///
  /// - Parameter place: what was tried; empty if the duty says it.
  mutating func attempt<Value>(
    _ duty: String, at place: String = "", _ body: () throws -> Value
  ) -> Value? {
    do {
      let value = try body()
      expect(true, duty, "")
      return value
    } catch {
      expect(false, duty, "\(place.isEmpty ? "" : place + ": ")it threw: \(error)")
      return nil
    }
  }
}

/// What holds for the declarations of matchers and exporters alike.
struct DeclarationCheck {
  let name: String
  let version: String
  let contractVersion: Int
  let summary: String

  func run(hostVersion: Int, in findings: inout Findings) {
    let duty = "declares itself"
    if let complaint = PlainName.complaint(about: name) {
      findings.expect(false, duty, "the name '\(name)' \(complaint)")
    }
    findings.expect(!version.isEmpty, duty, "it has no version")
    findings.expect(
      contractVersion > 0 && contractVersion <= hostVersion, duty,
      "contract version \(contractVersion) is not one that this suite knows (1 to \(hostVersion))")
    findings.expect(!summary.isEmpty, duty, "it does not say what it does")
    findings.expect(!summary.contains("\n"), duty, "its summary is more than one line")
  }
}
