// Delete this file as soon as APIRoutes and APIProblem exist.
internal import Hummingbird

struct APIRoutes {
  let parts: ServiceParts
  let door: Door
  func add(to router: Router<WebContext>) {}
}

enum APIProblem {
  static func answer(to error: any Error, _ context: WebContext) -> Response {
    Response(status: WebFailure(error).status)
  }
}
