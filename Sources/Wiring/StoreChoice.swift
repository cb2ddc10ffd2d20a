internal import Foundation
internal import TenantCore
internal import TenantStore

/// The state folder and the store that options and variables name together.
///
/// `sqlite:DIR` names a state folder, as `--state` does: an option counts more than a variable, and two of one kind must
/// agree. Beside a server the state folder is what a host keeps for itself.
struct StoreChoice {
  let statePath: String
  let store: StoreLocation

  /// - Throws: an error whose failure is a usage error, without a secret.
  init(
    state: String?, store: String?, passwordFile: String?,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    func variable(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    guard let url = store ?? variable("TENANTCTL_STORE") else {
      guard passwordFile == nil else {
        throw Failure(
          .usage,
          "--store-password-file needs --store with a server, such as postgresql://HOST/DATABASE")
      }
      statePath = state ?? variable("TENANTCTL_STATE") ?? Self.usualStatePath
      self.store = .folder(path: statePath)
      return
    }
    let location = try StoreLocation(url, passwordFile: passwordFile, environment: environment)
    guard case .folder(let folder) = location else {
      statePath = state ?? variable("TENANTCTL_STATE") ?? Self.usualStatePath
      self.store = location.withUsualPasswordFile(variable("TENANTCTL_STORE_PASSWORD_FILE"))
      return
    }
    if store == nil, let state {
      // The option, against the variable.
      statePath = state
    } else {
      let other = state ?? (store == nil ? variable("TENANTCTL_STATE") : nil)
      guard other == nil || Self.isSame(folder, other) else {
        throw Failure(
          .usage,
          "'\(location)' and the state folder '\(other ?? "")' are two folders, and a store of this "
            + "form is its state folder; leave one of them out")
      }
      statePath = folder
    }
    self.store = .folder(path: statePath)
  }

  /// True if two paths name one folder.
  private static func isSame(_ folder: String, _ other: String?) -> Bool {
    guard let other else { return false }
    return URL(filePath: folder).standardizedFileURL.path
      == URL(filePath: other).standardizedFileURL.path
  }

  /// The state folder where none is named.
  static var usualStatePath: String {
    if let path = Installation.variable("TENANTCTL_STATE") { return path }
    if FileManager.default.fileExists(atPath: "/var/lib/tenantctl") { return "/var/lib/tenantctl" }
    let home =
      Installation.variable("XDG_STATE_HOME")
      ?? FileManager.default.homeDirectoryForCurrentUser.path + "/.local/state"
    return home + "/tenantctl"
  }
}
