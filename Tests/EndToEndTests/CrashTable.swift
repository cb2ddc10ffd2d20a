import Foundation
import Harness
import Testing

/// A command that is killed, interrupted, and loses its power at any moment: a later one is one line more.
struct CrashRow: Sendable, CustomTestStringConvertible {
  /// What is done to the files of the tenants before the command.
  enum Change: Sendable {
    case none, directory, usersFile, links
  }

  /// The words of the command; `HOME` is the folder of its output.
  var words: [String]
  /// Commands that come before, on example tenants whose users were imported.
  var before: [[String]] = [["sync", "acme"]]
  var change = Change.none
  /// What has to pass before the command means another request than the last: moments are whole seconds.
  var pause = Duration.zero

  var testDescription: String { words.joined(separator: " ") }

  static let all: [CrashRow] = [
    CrashRow(words: ["sync", "acme"], before: []),
    CrashRow(words: ["sync", "acme", "--allow-large-change"], change: .directory),
    CrashRow(words: ["sync", "globex"], before: []),
    CrashRow(words: ["users", "import", "acme", "HOME/new-users.csv"], change: .usersFile),
    CrashRow(words: ["link", "acme", "ivolkov", "fox"]),
    CrashRow(words: ["unlink", "acme", "bdavis", "--reason", "left"]),
    CrashRow(
      words: ["relink", "acme", "bdavis"],
      before: [["sync", "acme"], ["unlink", "acme", "bdavis"]]),
    CrashRow(words: ["links", "import", "acme", "HOME/links.csv"], change: .links),
    CrashRow(
      words: ["links", "undo", "acme"], before: [["sync", "acme"], ["unlink", "acme", "bdavis"]],
      pause: .milliseconds(1100)),
    CrashRow(words: ["users", "edit", "acme", "fox", "--email", "fox@acme.example"]),
    CrashRow(words: ["export", "acme", "--output", "HOME/acme.csv"]),
    CrashRow(words: ["access", "token", "acme", "nightly"]),
    CrashRow(
      words: ["access", "revoke", "acme", "nightly"],
      before: [["sync", "acme"], ["access", "token", "acme", "nightly"]]),
  ]
}

extension CrashRow {
  /// Makes the change.
  func prepare(_ installation: RunTenantctl) throws {
    switch change {
    case .none: break
    case .directory:
      let text = try installation.read("tenants/directory/acme.ldif")
      try installation.folder.write(
        text.replacing("sn: Smith\n", with: "sn: Smythe\n"), to: "tenants/directory/acme.ldif")
    case .links:
      try installation.folder.write(
        "activeDirectoryLogin,action,userName\nbdavis,unlink,\nivolkov,link,bdavis\n",
        to: "home/links.csv")
    case .usersFile:
      let text = try installation.read("tenants/users/acme-users.csv")
      try installation.folder.write(
        text.replacing(",Smith,", with: ",Smythe,") + "newcomer,,New,Comer,4711,,true\n",
        to: "home/new-users.csv")
    }
  }
}
