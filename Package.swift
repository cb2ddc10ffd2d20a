// swift-tools-version: 6.2
import PackageDescription

// Targets stand in the order of their layers: a target depends on layers below its own only.
// Tests/ArchitectureTests holds the import lines against the same picture.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// For the targets that call C.
let strictWithC = strict + [.strictMemorySafety()]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
  settings: [SwiftSetting] = strict
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func tests(
  of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
  resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + dependencies,
    path: "Tests/\(name)Tests", exclude: exclude, resources: resources, swiftSettings: strict)
}

/// A plugin folder: it imports `PluginContract` and nothing else of ours.
func plugin(_ name: String) -> [Target] {
  [
    .target(
      name: name, dependencies: ["PluginContract"], path: "Plugins/\(name)/Sources",
      swiftSettings: strict),
    .testTarget(
      name: name + "Tests", dependencies: [.byName(name: name), "PluginContract", "PluginTesting"],
      path: "Plugins/\(name)/Tests",
      resources: name.hasSuffix("Exporter") ? [.copy("Golden")] : [], swiftSettings: strict),
  ]
}

let matchers = [
  "LoginMatcher", "SMTPMatcher", "EmployeeIDMatcher", "NameMatcher", "UserNameMatcher",
  "CompositeMatcher",
]
let exporters = ["CSVExporter", "JSONExporter"]
let plugins = matchers + exporters

let package = Package(
  name: "tenantctl",
  products: [
    .executable(name: "tenantctl", targets: ["tenantctl"]),
    .library(name: "PluginContract", targets: ["PluginContract"]),
    .library(name: "PluginTesting", targets: ["PluginTesting"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // 0 C
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CLDAP", pkgConfig: "ldap", providers: [.apt(["libldap2-dev"])]),
    // 1 contract
    module("PluginContract", exclude: ["Frames/README.md"], settings: strictWithC),
    tests(of: "PluginContract", ["PluginTesting", "staff-number"], exclude: ["Examples/Golden"]),
    // An example for plugin authors, also a package of its own; here so that tests can run it.
    .executableTarget(
      name: "staff-number", dependencies: ["PluginContract"],
      path: "Plugins/Examples/staff-number/Sources/staff-number", swiftSettings: strict),
    module("PluginTesting", ["PluginContract"]),
    tests(of: "PluginTesting", ["PluginContract"]),
    // 2 meaning
    module("TenantCore", ["PluginContract"]),
    tests(of: "TenantCore", ["PluginContract"]),
    module("Authorization", ["TenantCore"], settings: strictWithC),
    tests(of: "Authorization", ["TenantCore"]),
    // 3 outside world
    module(
      "TenantConfig", ["Authorization", "TenantCore", "PluginContract", "CYAML"],
      settings: strictWithC),
    tests(of: "TenantConfig", ["Authorization", "TenantCore", "PluginContract"]),
    module(
      "ActiveDirectory", ["Authorization", "TenantCore", "PluginContract", "CLDAP", logging],
      settings: strictWithC),
    tests(of: "ActiveDirectory", ["Authorization", "TenantCore", "PluginContract", logging]),
    module(
      "TenantStore", ["Authorization", "TenantCore", "PluginContract", grdb, sqlite],
      settings: strictWithC),
    tests(of: "TenantStore", ["Authorization", "TenantCore", "PluginContract", grdb]),
  ]
    + plugins.flatMap(plugin) + [
      // 4 story
      module("Reconciliation", ["Authorization", "TenantCore", "PluginContract", logging]),
      tests(of: "Reconciliation", ["Authorization", "TenantCore", "PluginContract"]),
      // 5 front doors: the only places that know concrete types
      .executableTarget(
        name: "tenantctl",
        dependencies: [
          "Reconciliation", "TenantConfig", "ActiveDirectory", "TenantStore", "Authorization",
          "TenantCore", "PluginContract", logging, arguments,
        ] + plugins.map { .byName(name: $0) },
        swiftSettings: strictWithC),
      .testTarget(
        name: "tenantctlTests",
        dependencies: [
          "tenantctl", "Harness", "Reconciliation", "ActiveDirectory", "TenantStore",
          "Authorization", "TenantCore", "PluginContract", arguments,
        ],
        swiftSettings: strict),
      // The whole product against the picture, and against real servers.
      .testTarget(name: "ArchitectureTests", swiftSettings: strict),
      .target(name: "Harness", path: "Tests/Harness", swiftSettings: strict),
      .testTarget(
        name: "EndToEndTests", dependencies: ["tenantctl", "Harness"], swiftSettings: strict),
      .testTarget(
        name: "DirectoryTests",
        dependencies: [
          "tenantctl", "Harness", "ActiveDirectory", "Authorization", "TenantConfig", "TenantCore",
          "PluginContract", logging,
        ],
        swiftSettings: strict),
    ]
)
