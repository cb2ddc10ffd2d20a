internal import Administration
internal import Hummingbird
internal import TenantCore

/// The directories as they are configured, and whether they answer.
struct DirectoryAPI: Sendable {
  let api: APIRoutes

  func add(to router: Router<WebContext>) {
    api.on(router, .get, "/directories", "test-connection") { call in
      _ = try call.query()
      return try call.answer(DirectoriesAnswer(call.tenant))
    }
    api.on(router, .post, "/directories/:domain/test-connection", "test-connection") { call in
      _ = try call.query()
      let domain = try call.parameter("domain")
      guard call.tenant.directories.contains(where: { $0.domain == domain }) else {
        throw APIProblem.nothingHere
      }
      let steps = try await call.authorized.testConnection(domain)
      return try call.answer(
        ConnectionTestAnswer(tenant: call.tenant.name, domain: domain, steps: steps))
    }
  }
}
