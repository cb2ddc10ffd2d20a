internal import Administration
internal import Hummingbird
internal import TenantCore

/// What a run would do with its limits lifted: begin to find out, and see what it says (S6, T3).
struct PreviewAPI: Sendable {
  let api: APIRoutes

  private static let path = "/runs/preview"

  func add(to router: Router<WebContext>) {
    api.on(router, .post, Self.path, "sync") { call in
      _ = try call.query()
      _ = try await JSONBody(call.request, known: [])
      try await call.authorized.beginPreview()
      return try call.answer(
        try await call.authorized.previewAnswer(), status: .accepted,
        headers: [.location: call.address(Self.path)])
    }
    api.on(router, .get, Self.path, "sync") { call in
      _ = try call.query()
      return try call.answer(try await call.authorized.previewAnswer())
    }
  }
}
