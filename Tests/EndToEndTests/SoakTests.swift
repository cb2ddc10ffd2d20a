import Foundation
import Harness
import Testing

@Suite("The long run, for a short time", .timeLimit(.minutes(30)))
struct SoakTests {
  @Test(
    "make soak: many tenants, a directory that misbehaves, load: nothing is lost and the end comes")
  func short() async throws {
    let fault = Fault(.service, "half a minute of Scripts/soak, seed 7")
    let tenantctl = try RunTenantctl()
    let programs = RunTenantctl.program.deletingLastPathComponent().path
    let answer = try await tenantctl.start(
      [
        RunTenantctl.repository.appending(path: "Scripts/soak").path, "--minutes", "0.5",
        "--tenants", "12", "--seed", "7", "--programs", programs, "--no-bounds",
      ], program: URL(filePath: "/usr/bin/python3")
    ).answer()
    try #require(answer.code == 0, "\(answer.output) \(answer.errors)")
    #expect(answer.output.contains("nothing was lost"))
    fault.survived("exit 0 of the script: no damage, no secret in the log, no internal error")
  }
}
