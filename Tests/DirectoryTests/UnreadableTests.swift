import Administration
import Authorization
import Foundation
import Harness
import TenantCore
import Testing

@testable import ActiveDirectory

extension RealServers {
  @Suite(
    "Who lives, and what an account may not read, in a real Active Directory",
    .timeLimit(.minutes(10)))
  struct UnreadableTests {
    @Test("M12: krbtgt, trust accounts and deleted objects are no users, read or counted")
    func livingPeople() async throws {
      let reader = Servers.reader(try Servers.settings())
      let all = try await Gathered.reading(reader)
      #expect(all.logins.contains("Administrator") && all.logins.contains("Guest"))
      #expect(!all.logins.contains("krbtgt") && !all.logins.contains("PARTNER$"))
      #expect(!all.names.values.contains { $0.contains("CN=Deleted Objects") })
      #expect(all.report?.records == all.logins.count)
      let steps = await reader.testConnection()
      #expect(steps.last?.name == .search)
      #expect(steps.last?.message == "\(all.logins.count) users")
    }

    @Test(
      "M12: what the reading account may not see is not known, and nothing else is hidden by it")
    func hidden() async throws {
      var settings = try Servers.settings()
      settings.organizationalUnits = ["OU=Hidden", "OU=Outside"]
      let all = try await Gathered.reading(Servers.reader(settings))
      let hidden = try Servers.number("ACME_USERS_HIDDEN")
      #expect(all.logins.count == hidden + (try Servers.number("ACME_USERS_OUTSIDE")))
      #expect(all.flags.filter { $0.value == .unknown }.count == hidden)
      #expect(all.flags["hidden00001"] == .unknown && all.flags["outside00001"] == [])
    }

    @Test(
      "M4, M12: a unit whose delegation hides what is compared is told of once, with the remedy")
    func delegation() async throws {
      let tenantctl = try RunTenantctl.withLiveTenant(
        units: "[OU=Hidden]", ["matching: { matcher: employee-id }"])
      let sync = try await tenantctl.done("sync", "acme")
      #expect(
        sync.hasSuffix(
          "\n  ACME: none of the 3 users has employeeID, so there was nothing for employee-id to "
            + "compare; allow the account that reads the directory to see them, in every unit\n"))
      let review = try await tenantctl.review("acme")
      #expect(review.users.map(\.enabled) == [nil, nil, nil])
      #expect(review.users.map(\.code) == ["no-key-value", "no-key-value", "no-key-value"])
      #expect(review.findings.map(\.code).sorted() == ["attribute-missing", "unknown-flags"])
    }
  }
}
