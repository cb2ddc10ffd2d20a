internal import Foundation
internal import FoundationNetworking
internal import TenantCore

/// Posts the notification as JSON. No redirect is followed.
struct NotificationPost: NotificationWay {
  let url: NotificationURL
  var timeLimit = Duration.seconds(30)

  /// Without path and query, which may be what lets one in.
  var name: String { url.url.host(percentEncoded: false) ?? "" }

  func deliver(_ notification: TenantNotification) async throws {
    var request = URLRequest(url: url.url)
    request.httpMethod = "POST"
    request.httpBody = try notification.json
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    let session = URLSession(
      configuration: configuration, delegate: NoRedirects(), delegateQueue: nil)
    defer { session.invalidateAndCancel() }
    let response = try await response(to: request, session)
    guard let status = (response as? HTTPURLResponse)?.statusCode, (200..<300).contains(status)
    else {
      let code = (response as? HTTPURLResponse).map { "status \($0.statusCode)" } ?? "no HTTP"
      throw NotificationFailure(description: "it answered with \(code)")
    }
  }

  private var configuration: URLSessionConfiguration {
    let configuration = URLSessionConfiguration.ephemeral
    let seconds = timeLimit / .seconds(1)
    configuration.timeoutIntervalForRequest = seconds
    configuration.timeoutIntervalForResource = seconds
    configuration.httpShouldSetCookies = false
    return configuration
  }

  private func response(to request: URLRequest, _ session: URLSession) async throws -> URLResponse?
  {
    try await withThrowingTaskGroup(of: URLResponse?.self) { group in
      group.addTask { try await session.data(for: request).1 }
      // The time limits of the session are no limits for a server that answers byte by byte.
      group.addTask { [timeLimit] in
        try await Task.sleep(for: timeLimit)
        throw NotificationFailure(description: "it took longer than \(timeLimit)")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}

/// Takes a redirect as the answer that it is.
private final class NoRedirects: NSObject, URLSessionTaskDelegate {
  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }
}
