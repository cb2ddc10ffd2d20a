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
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let lifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
  resources: [Resource] = [], settings: [SwiftSetting] = strict
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources,
    swiftSettings: settings)
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

/// An example for plugin authors that is built with the tests.
func example(_ name: String) -> Target {
  .executableTarget(
    name: name, dependencies: ["PluginContract"],
    path: "Plugins/Examples/\(name)/Sources/\(name)", swiftSettings: strict)
}

let matchers = [
  "LoginMatcher", "SMTPMatcher", "EmployeeIDMatcher", "NameMatcher", "UserNameMatcher",
  "CompositeMatcher",
]
let exporters = ["CSVExporter", "JSONExporter", "HTMLExporter"]
let plugins = matchers + exporters

/// A plugin that is a program of its own: the host starts it and links none of it.
func outsidePlugin(_ name: String, program: String, library: Target) -> [Target] {
  [
    library,
    .target(
      name: name, dependencies: ["PluginContract", .byName(name: library.name)],
      path: "Plugins/\(name)/Sources", swiftSettings: strictWithC),
    .testTarget(
      name: name + "Tests", dependencies: [.byName(name: name), "PluginContract", "PluginTesting"],
      path: "Plugins/\(name)/Tests", resources: [.copy("Golden")], swiftSettings: strict),
    .executableTarget(
      name: program, dependencies: [.byName(name: name), "PluginContract"],
      path: "Plugins/\(name)/Program", swiftSettings: strict),
  ]
}

let outsidePlugins = outsidePlugin(
  "XLSXExporter", program: "xlsx",
  library: .systemLibrary(
    name: "CXLSXWriter", path: "Plugins/XLSXExporter/CXLSXWriter", pkgConfig: "xlsxwriter",
    providers: [.apt(["libxlsxwriter-dev"])]))

/// The parsers of foreign bytes: tests that run all that is kept of them or, if `FUZZ` is set in the
/// environment as `Scripts/fuzz` does, the program that libFuzzer makes of them.
let parsers: [Target.Dependency] = [
  "PluginContract", "YAMLFiles", "TenantCore", "Authorization", "TenantConfig", "ActiveDirectory",
  "TenantStore", "PluginHost", "TenantService", "Administration",
]
let fuzzing: Target =
  Context.environment["FUZZ"] == nil
  ? .testTarget(
    name: "FuzzTests", dependencies: parsers, exclude: ["LibFuzzer.swift", "Corpus", "Crashes"],
    swiftSettings: strict)
  : .executableTarget(
    name: "fuzz", dependencies: parsers, path: "Tests/FuzzTests",
    exclude: ["FuzzTests.swift", "Corpus", "Crashes"], swiftSettings: strict)

/// What `plugins new` copies: symbolic links to the files of Plugins/Examples.
let pluginTemplates = Resource.embedInCode("Plugins/New/Templates")

let package = Package(
  name: "tenantctl",
  products: [
    .executable(name: "tenantctl", targets: ["tenantctl"]),
    .executable(name: "tenantd", targets: ["tenantd"]),
    .executable(name: "xlsx", targets: ["xlsx"]),
    .library(name: "PluginContract", targets: ["PluginContract"]),
    .library(name: "PluginTesting", targets: ["PluginTesting"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // 0 C
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CLDAP", pkgConfig: "ldap", providers: [.apt(["libldap2-dev"])]),
    .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CKerberos", providers: [.apt(["libkrb5-dev"])]),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .target(name: "CPluginLauncher"),
    // 1 contract
    module("PluginContract", exclude: ["Frames/README.md"], settings: strictWithC),
    tests(
      of: "PluginContract", ["PluginTesting", "Harness", "staff-number", "login-list"],
      exclude: ["Examples/Golden"]),
    // Examples for plugin authors, also packages of their own; here so that tests can run them.
    example("staff-number"),
    example("login-list"),
    // A module named System would be taken for Apple's by swift-subprocess and swift-nio.
    module("OperatingSystem", [subprocess, systemPackage], settings: strictWithC),
    tests(of: "OperatingSystem", ["Harness"]),
    module("YAMLFiles", ["OperatingSystem", "PluginContract", "CYAML"], settings: strictWithC),
    tests(of: "YAMLFiles", ["OperatingSystem", "PluginContract"]),
    module("PluginTesting", ["PluginContract"]),
    tests(of: "PluginTesting", ["PluginContract"]),
    // 2 meaning
    module("TenantCore", ["PluginContract", "OperatingSystem"]),
    tests(of: "TenantCore", ["PluginContract", "OperatingSystem", "Harness"]),
    module("Authorization", ["TenantCore"], settings: strictWithC),
    tests(of: "Authorization", ["TenantCore"]),
    module("Reconciliation", ["TenantCore", "PluginContract"]),
    tests(
      of: "Reconciliation",
      ["Administration", "Authorization", "TenantCore", "PluginContract"]
        + matchers.map { .byName(name: $0) }),
    // 3 use cases
    module(
      "Administration",
      [
        "Reconciliation", "Authorization", "TenantCore", "PluginContract", "PluginTesting",
        "OperatingSystem", crypto, logging,
      ]),
    tests(
      of: "Administration",
      [
        "Authorization", "TenantCore", "PluginContract", "LoginMatcher", "CSVExporter", logging,
      ]),
    // 4 outside world
    module(
      "TenantConfig",
      [
        "Administration", "Authorization", "TenantCore", "PluginContract", "YAMLFiles",
        "OperatingSystem",
      ],
      settings: strictWithC),
    tests(
      of: "TenantConfig",
      [
        "Harness", "Administration", "Authorization", "TenantCore", "PluginContract", "YAMLFiles",
        "OperatingSystem",
      ]),
    module(
      "ActiveDirectory",
      [
        "Administration", "Authorization", "TenantCore", "PluginContract", "YAMLFiles", "CLDAP",
        "CKerberos", "OperatingSystem", logging,
      ],
      settings: strictWithC),
    tests(
      of: "ActiveDirectory",
      [
        "Harness", "Administration", "Authorization", "TenantCore", "PluginContract", logging,
        "OperatingSystem",
      ]),
    module(
      "TenantStore",
      [
        "Administration", "Authorization", "TenantCore", "PluginContract", "OperatingSystem",
        "CSodium", "CPQ", grdb, sqlite,
      ],
      settings: strictWithC),
    tests(
      of: "TenantStore",
      [
        "Harness", "StoreHarness", "Administration", "Authorization", "TenantCore",
        "PluginContract", "OperatingSystem", grdb,
      ]),
    module(
      "PluginHost",
      [
        "Administration", "TenantCore", "PluginContract", "YAMLFiles", "OperatingSystem",
        "CPluginLauncher", crypto,
        logging,
      ],
      settings: strictWithC),
    tests(of: "PluginHost", ["TenantCore", "PluginContract", "Harness", logging]),
  ]
    + plugins.flatMap(plugin) + outsidePlugins + [
      // 5 wiring: the only place that knows concrete types
      module(
        "Wiring",
        [
          "Administration", "TenantConfig", "ActiveDirectory", "TenantStore", "PluginHost",
          "Authorization", "TenantCore", "PluginContract", "OperatingSystem", logging,
        ] + plugins.map { .byName(name: $0) }, settings: strictWithC),
      tests(
        of: "Wiring",
        [
          "Harness", "StoreHarness", "Administration", "Reconciliation", "TenantStore",
          "Authorization", "TenantCore", "PluginContract", "CompositeMatcher", "LoginMatcher",
          "SMTPMatcher", logging,
        ]),
      // 6 front doors
      module(
        "TenantService",
        [
          "Wiring", "Administration", "Authorization", "TenantCore", "PluginContract",
          "OperatingSystem", hummingbird, hummingbirdCore, hummingbirdTLS, httpTypes, mustache,
          nio, nioTLS, lifecycle, signals, crypto, logging,
        ],
        resources: [
          .embedInCode("Pages/Templates"), .embedInCode("Pages/Assets"),
          .embedInCode("API/openapi.json"),
        ]),
      tests(
        of: "TenantService",
        [
          "Harness", "Administration", "Authorization", "PluginContract", "TenantCore",
          "TenantStore", "Wiring", hummingbird,
          httpTypes, nio, logging,
        ]),
      .executableTarget(
        name: "tenantd",
        dependencies: ["TenantService", "Wiring", "TenantCore", logging, arguments],
        swiftSettings: strict),
      tests(of: "tenantd", ["TenantService", "Wiring", "PluginHost", logging, arguments]),
      .executableTarget(
        name: "tenantctl",
        dependencies: [
          "Wiring", "Administration", "YAMLFiles", "Authorization", "TenantCore", "PluginContract",
          "PluginTesting", "OperatingSystem", logging, arguments,
        ],
        resources: [pluginTemplates, .embedInCode("Tenants/tenant.schema.json")],
        swiftSettings: strictWithC),
      .testTarget(
        name: "tenantctlTests",
        dependencies: [
          "tenantctl", "Wiring", "Harness", "Administration", "ActiveDirectory", "TenantStore",
          "Authorization", "TenantCore", "PluginContract", arguments,
        ],
        swiftSettings: strict),
      // For Scripts/compare-outside-matcher.
      .executableTarget(
        name: "outside-login", dependencies: ["LoginMatcher", "PluginContract"],
        path: "Benchmarks/outside-login", swiftSettings: strict),
      // The whole product against the picture, and against real servers.
      .testTarget(name: "ArchitectureTests", swiftSettings: strict),
      .target(name: "Harness", path: "Tests/Harness", swiftSettings: strict),
      .target(
        name: "StoreHarness",
        dependencies: ["Harness", "TenantStore", "Administration", "Authorization"],
        path: "Tests/StoreHarness", swiftSettings: strict),
      .testTarget(
        name: "EndToEndTests", dependencies: ["tenantctl", "tenantd", "xlsx", "Harness", grdb],
        swiftSettings: strict),
      .testTarget(
        name: "DirectoryTests",
        dependencies: [
          "tenantctl", "tenantd", "Harness", "Administration", "ActiveDirectory", "Authorization",
          "TenantConfig", "TenantStore",
          "TenantCore", "TenantService", "PluginContract", "OperatingSystem", logging,
        ],
        swiftSettings: strict),
      fuzzing,
    ]
)
