import Testing
import TenantStore

@testable import Wiring

@Suite("The store and the state folder that options and variables name")
struct StoreChoiceTests {
  /// What is said, and what comes of it: the state folder, and the store; nil if it is the folder.
  struct Choice: Sendable {
    var state: String?
    var store: String?
    var passwordFile: String?
    var environment: [String: String] = [:]
    let path: String
    var url: String?
  }

  static let choices = [
    Choice(state: "S", path: "S"),
    Choice(environment: ["TENANTCTL_STATE": "S"], path: "S"),
    Choice(store: "sqlite:D", path: "D"),
    Choice(environment: ["TENANTCTL_STORE": "sqlite:D"], path: "D"),
    // An option counts more than a variable.
    Choice(store: "sqlite:D", environment: ["TENANTCTL_STATE": "S"], path: "D"),
    Choice(state: "S", environment: ["TENANTCTL_STORE": "sqlite:D"], path: "S"),
    Choice(
      store: "sqlite:D", environment: ["TENANTCTL_STORE": "postgresql:///t"], path: "D"),
    // Two spellings of one folder.
    Choice(state: "/a/b", store: "sqlite:/a/./b/", path: "/a/./b/"),
    // Beside a server the folder is what the host keeps for itself.
    Choice(state: "S", store: "postgresql:///t", path: "S", url: "postgresql:///t"),
    Choice(
      environment: ["TENANTCTL_STATE": "S", "TENANTCTL_STORE": "postgresql:///t"], path: "S",
      url: "postgresql:///t"),
    // An empty variable is none.
    Choice(state: "S", environment: ["TENANTCTL_STORE": ""], path: "S"),
  ]

  @Test(arguments: choices)
  func choice(choice: Choice) throws {
    let made = try StoreChoice(
      state: choice.state, store: choice.store, passwordFile: choice.passwordFile,
      environment: choice.environment)
    #expect(made.statePath == choice.path)
    let url = choice.url.map { StoreLocation.server(StoreServer(conninfo: $0, passwordFile: nil)) }
    #expect(made.store == url ?? .folder(path: choice.path))
  }

  @Test("the password file is an option's, else a variable's")
  func passwordFile() throws {
    let environment = ["TENANTCTL_STATE": "S", "TENANTCTL_STORE_PASSWORD_FILE": "V"]
    for (option, file) in [("O", "O"), (nil, "V")] {
      let made = try StoreChoice(
        state: nil, store: "postgresql:///t", passwordFile: option, environment: environment)
      #expect(
        made.store == .server(StoreServer(conninfo: "postgresql:///t", passwordFile: file)))
    }
    // The variable is for a server; a folder does not mind it.
    let folder = try StoreChoice(
      state: nil, store: "sqlite:D", passwordFile: nil, environment: environment)
    #expect(folder.store == .folder(path: "D"))
  }

  @Test("what does not fit together is refused")
  func refused() {
    #expect(
      Installation.problem(state: "S", store: "sqlite:D", storePasswordFile: nil)?
        .contains("two folders") == true)
    #expect(
      Installation.problem(state: nil, store: nil, storePasswordFile: "P")?
        .contains("needs --store") == true)
    #expect(
      Installation.problem(state: nil, store: "sqlite:D", storePasswordFile: "P")?
        .contains("has no password") == true)
    #expect(throws: (any Error).self) {
      try StoreChoice(
        state: nil, store: nil, passwordFile: nil,
        environment: ["TENANTCTL_STATE": "S", "TENANTCTL_STORE": "sqlite:D"])
    }
  }
}
