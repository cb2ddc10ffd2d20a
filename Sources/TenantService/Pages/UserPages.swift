internal import Authorization
internal import Hummingbird
internal import NIOCore
internal import PluginContract
internal import TenantCore

/// Users of the application: the list, and one with its profiles.
struct UserPages: Sendable {
  let pages: Pages

  func add(to router: Router<WebContext>) {
    pages.page(router, "/users", "users list") { visit in
      let query = try UsersQuery(FormFields(queryOf: visit.request))
      let listing = try await visit.authorized.users(query)
      return try visit.answer(UsersPage(visit: visit, listing: listing).values)
    }
    pages.page(router, "/users/export.csv", "users list") { visit in
      try await visit.authorized.usersDownload()
    }
    pages.page(router, "/users/:user", "users show") { visit in
      try await UserPage(visit, try visit.parameter("user")).answer()
    }
    pages.form(router, "/users/:user", "users edit") { visit, form in
      let name = try visit.parameter("user")
      let page = try await UserPage(visit, name)
      do {
        try await page.save(form)
      } catch {
        let failure = WebFailure(error)
        guard failure.status != .internalServerError else { throw error }
        var response = try page.answer(failures: [failure.onPage.asSentence])
        if failure.status.kind == .serverError { response.status = failure.status }
        return response
      }
      return visit.redirect(
        visit.href(ofUser: name), Flash(tone: .good, text: "The user is changed."))
    }
  }
}
