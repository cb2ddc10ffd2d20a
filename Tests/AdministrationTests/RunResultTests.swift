import TenantCore
import Testing

@testable import Administration

@Suite("How a run ended is classified once, where the error was caught")
struct RunResultTests {
  @Test(
    "each kind of failure is one end of a run (T1 to T3)",
    arguments: [
      (Failure.Kind.limitRefused, RunResult.Outcome.refused), (.alreadyRunning, .alreadyRunning),
      (.incomplete, .incomplete), (.directoryUnavailable, .failed), (.storeFailure, .failed),
      (.internalFailure, .failed), (.configuration, .failed), (.interrupted, .abandoned),
    ])
  func outcomes(kind: Failure.Kind, outcome: RunResult.Outcome) {
    let result = RunResult.stopped(by: Failure(kind, "why"), number: 7)
    #expect(result.outcome == outcome)
    #expect(result.completeRun == nil)
    #expect(result.number == (outcome == .abandoned ? nil : 7))
    #expect(result.failure?.message == (outcome == .abandoned ? nil : "why"))
  }

  @Test("a refused run names its limits, and the remedy as a value (T3)")
  func refused() {
    let result = RunResult.stopped(by: RunError.refused([]))
    #expect(result.outcome == .refused)
    #expect(result.failure?.remedy == .allowLargeChange)
  }

  @Test("an error that nobody classified is an internal one")
  func unknown() {
    struct Odd: Error {}
    #expect(RunResult.stopped(by: Odd()).failure?.kind == .internalFailure)
  }
}
