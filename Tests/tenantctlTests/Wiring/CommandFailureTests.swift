internal import Workbench
import ActiveDirectory
import PluginContract
import Reconciliation
import TenantStore
import Testing

@testable import tenantctl

@Suite("Exit codes")
struct CommandFailureTests {
  static let cases: [(any Error, CommandFailure.Code)] = [
    (RunError.refused([]), .limitRefused),
    (RunError.noDirectory(tenant: "acme"), .configuration),
    (DirectoryError(.unavailable, "down"), .directoryUnavailable),
    (DirectoryError(.incomplete, "cut off"), .incomplete),
    (DirectoryError(.configuration, "wrong"), .configuration),
    (StoreError(.usage, "not here"), .usage),
    (StoreError(.notAvailable, "locked"), .notAvailable),
    (StoreError(.store, "disk full"), .storeFailure),
    (StoreError(.alreadyRunning, "busy"), .incomplete),
    (StoreError(.usersFile, "users.csv:3"), .configuration),
    (StoreError(StoreError.Code(rawValue: 999), "newer"), .storeFailure),
    (ExplainError.unknownLogin("x"), .notAvailable),
    (ExplainError.noCompleteRun(tenant: "acme"), .incomplete),
    (OptionError(option: "proxyAddresses", message: "no"), .configuration),
    (OutputError(message: "disk full"), .storeFailure),
    (CancellationError(), .interrupted),
    (UnknownError(), .internalFailure),
  ]

  @Test("Every module's error has the exit code of the contract", arguments: cases.indices)
  func codes(index: Int) {
    let (error, code) = Self.cases[index]
    #expect(CommandFailure(error).code == code)
  }

  @Test("A kind is a stable word for each code")
  func kinds() {
    let codes: [CommandFailure.Code] = [
      .usage, .limitRefused, .notAvailable, .directoryUnavailable, .internalFailure,
      .storeFailure, .incomplete, .permissionRefused, .configuration, .interrupted,
    ]
    #expect(codes.map(\.rawValue) == [64, 65, 66, 69, 70, 74, 75, 77, 78, 130])
    #expect(
      codes.map(\.kind) == [
        "usage", "limit-refused", "not-found", "directory-unavailable", "internal", "store",
        "incomplete", "permission-refused", "configuration", "interrupted",
      ])
  }

  @Test("A failure as JSON has code, kind and message, and the tenant where there are several")
  func json() throws {
    let failure = CommandFailure(.configuration, "line \"1\"\nis wrong")
    #expect(
      try JSONAnswer.text(failure.json())
        == #"{"error":{"code":78,"kind":"configuration","message":"line \"1\"\nis wrong"}}"# + "\n")
    let named = try JSONAnswer.text(failure.json(tenant: "acme"))
    #expect(named.hasSuffix(#""tenant":"acme"}"# + "\n"))
  }

  private struct UnknownError: Error {}
}
