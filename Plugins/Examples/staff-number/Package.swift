// swift-tools-version: 6.2
import PackageDescription

// `path` names the folder of tenantctl; a plugin elsewhere names its own copy of it.

let package = Package(
  name: "staff-number",
  dependencies: [.package(name: "tenantctl", path: "../../..")],
  targets: [
    .executableTarget(
      name: "staff-number",
      dependencies: [.product(name: "PluginContract", package: "tenantctl")])
  ]
)
