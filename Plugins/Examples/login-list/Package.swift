// swift-tools-version: 6.2
import PackageDescription

// `path` names the folder of tenantctl; a plugin elsewhere names its own copy of it.

let package = Package(
  name: "login-list",
  dependencies: [.package(name: "tenantctl", path: "../../..")],
  targets: [
    .executableTarget(
      name: "login-list",
      dependencies: [.product(name: "PluginContract", package: "tenantctl")])
  ]
)
