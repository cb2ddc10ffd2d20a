import ActiveDirectory
import Administration
import PluginContract
import TenantCore
import TenantStore
import Testing
import Wiring

@testable import tenantctl

@Suite("Exit codes")
struct FailureTests {
  static let cases: [(any Error, Failure.Kind)] = [
    (RunError.refused([]), .limitRefused),
    (RunError.noDirectory(tenant: "acme"), .configuration),
    (DirectoryError(.unavailable, "down"), .directoryUnavailable),
    (DirectoryError(.incomplete, "cut off"), .incomplete),
    (DirectoryError(.configuration, "wrong"), .configuration),
    (StoreError(.usage, "not here"), .usage),
    (StoreError(.notAvailable, "locked"), .notAvailable),
    (StoreError(.store, "disk full"), .storeFailure),
    (StoreError(.alreadyRunning, "busy"), .alreadyRunning),
    (StoreError(.usersFile, "users.csv:3"), .configuration),
    (ExplainError.unknownLogin("x"), .notAvailable),
    (ExplainError.noCompleteRun(tenant: "acme"), .incomplete),
    (OptionError(option: "proxyAddresses", message: "no"), .configuration),
    (OutputError(message: "disk full"), .storeFailure),
    (CancellationError(), .interrupted),
    (UnknownError(), .internalFailure),
  ]

  @Test("Every module's error has the exit code of the contract", arguments: cases.indices)
  func codes(index: Int) {
    let (error, kind) = Self.cases[index]
    #expect(Failure(error).kind == kind)
  }

  @Test("A kind is a stable word for each code")
  func kinds() {
    let kinds: [Failure.Kind] = [
      .usage, .limitRefused, .notAvailable, .directoryUnavailable, .internalFailure,
      .storeFailure, .incomplete, .permissionRefused, .configuration, .interrupted,
    ]
    #expect(kinds.map(\.exitCode) == [64, 65, 66, 69, 70, 74, 75, 77, 78, 130])
    #expect(Failure.Kind.alreadyRunning.exitCode == 75)
    #expect(Failure.Kind.alreadyRunning.name == "incomplete")
    #expect(
      kinds.map(\.name) == [
        "usage", "limit-refused", "not-found", "directory-unavailable", "internal", "store",
        "incomplete", "permission-refused", "configuration", "interrupted",
      ])
  }

  @Test("A failure as JSON has code, kind and message, and the tenant where there are several")
  func json() throws {
    let failure = Failure(.configuration, "line \"1\"\nis wrong")
    #expect(
      try AnswerEncoder.text(ErrorAnswer(failure))
        == #"{"error":{"code":78,"kind":"configuration","message":"line \"1\"\nis wrong"}}"# + "\n")
    let named = try AnswerEncoder.text(ErrorAnswer(failure, tenant: "acme"))
    #expect(named.hasSuffix(#""tenant":"acme"}"# + "\n"))
  }

  private struct UnknownError: Error {}
}
