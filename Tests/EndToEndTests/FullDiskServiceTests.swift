import Foundation
import Harness
import Testing

@Suite("tenantd on a disk that is full", .timeLimit(.minutes(30)))
struct FullDiskServiceTests {
  private let tenantctl: RunTenantctl

  init() throws { tenantctl = try RunTenantctl.withExamples() }

  /// Mounts a small disk as the state folder, prepares acme, and keeps the disk full as long as a file is there: each
  /// log of the store that is removed would leave room for the next.
  private var before: String {
    let folder = tenantctl.folder.path("")
    return """
      mkdir -p "$TENANTCTL_STATE" && mount -t tmpfs -o size=8m,mode=700 none "$TENANTCTL_STATE"
      tenantctl=\(RunTenantctl.program.path)
      $tenantctl users import acme "$TENANTCTL_TENANTS/users/acme-users.csv" >&2
      $tenantctl sync acme >&2
      echo 'correct horse battery' | $tenantctl access add acme maria >&2
      $tenantctl access token acme script > \(folder)/token
      ( while [ ! -e \(folder)/fill ]; do sleep 0.1; done
        while [ -e \(folder)/fill ]; do
          cat /dev/zero >> "$TENANTCTL_STATE/filler"
          touch \(folder)/filled
          sleep 0.05
        done ) 2> /dev/null &
      """
  }

  @Test(
    "a change says that the disk is full, on the page with 507 and in the API, and the service goes on"
  )
  func full() async throws {
    let fault = Fault(.service, "a full disk under pages and API")
    let service = try await RunTenantd(tenantctl, "--listen", "127.0.0.1:0", before: before)
    let visitor = PageVisitor(tenantctl, "http://127.0.0.1:\(try await service.pagesPort())")
    try #require(try await visitor.signIn("acme", "maria", "correct horse battery").status == 303)
    let token = try tenantctl.read("token").split(separator: "\n").first ?? ""
    let bearer = ["--header", "Authorization: Bearer \(token)"]
    let page = try await visitor.get("/tenants/acme/users/hsato")
    let proof = try #require(page.formToken)
    try tenantctl.folder.write("", to: "fill")
    try await wait("the disk to be full") { (try? tenantctl.read("filled")).map { _ in true } }
    let form = try await changed(visitor, proof)
    #expect(form.body.contains("service&#39;s disk is full; nothing was changed"))
    let call = try await visitor.ask(
      "/api/v1/tenants/acme/users/hsato",
      bearer + [
        "--request", "PATCH", "--header", "Content-Type: application/json", "--data",
        "{\"firstName\":\"Hiro\"}",
      ])
    try #require(call.status == 507, "\(call.status) \(call.body)")
    #expect(call.body.contains("\"kind\":\"store\"") && call.body.contains("disk is full"))
    // A session begins in memory, and a refusal that cannot be audited is logged.
    let other = PageVisitor(tenantctl, "http://127.0.0.1:\(try await service.pagesPort())")
    #expect(try await other.signIn("acme", "maria", "wrong").status == 401)
    #expect(try await other.signIn("acme", "maria", "correct horse battery").status == 303)
    let (ready, body) = try await service.page("/readyz")
    #expect(ready == 200, "\(body)")
    // Whoever waits for the service waits for what it started, too.
    try FileManager.default.removeItem(atPath: tenantctl.folder.path("fill"))
    try #require(try await service.stop().code == 0)
    fault.survived("507 with words; people sign in, the service ends with 0")
  }

  /// Changes a user until there is no room: the store's last page has some left from before.
  private func changed(_ visitor: PageVisitor, _ proof: String) async throws -> PageVisitor.Answer {
    for number in 0..<1000 {
      let form = try await visitor.post(
        "/tenants/acme/users/hsato", ["csrf": proof, "firstName": "Hiro \(number)"])
      guard form.status == 303 else {
        try #require(form.status == 507, "\(form.status) \(form.body)")
        return form
      }
    }
    return try #require(nil, "the disk never was full")
  }
}
