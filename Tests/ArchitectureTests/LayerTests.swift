import Testing

/// The layers: a module may import those named here, of ours, and no others.
@Suite("Imports go down only")
struct LayerTests {
  static let allowed: [String: Set<String>] = [
    "PluginContract": [],
    "OperatingSystem": [],
    "YAMLFiles": ["OperatingSystem", "PluginContract", "CYAML"],
    "PluginTesting": ["PluginContract"],
    "TenantCore": ["PluginContract", "OperatingSystem"],
    "Authorization": ["TenantCore", "PluginContract"],
    "Reconciliation": ["TenantCore", "PluginContract"],
    "Administration": [
      "Reconciliation", "Authorization", "TenantCore", "PluginContract", "PluginTesting",
      "OperatingSystem",
    ],
    "TenantConfig": [
      "Administration", "Authorization", "TenantCore", "PluginContract", "YAMLFiles",
      "OperatingSystem",
    ],
    "ActiveDirectory": [
      "Administration", "Authorization", "TenantCore", "PluginContract", "YAMLFiles", "CLDAP",
      "CKerberos", "OperatingSystem",
    ],
    "TenantStore": [
      "Administration", "Authorization", "TenantCore", "PluginContract", "OperatingSystem",
      "CPQ", "CSodium",
    ],
    "PluginHost": [
      "Administration", "TenantCore", "PluginContract", "YAMLFiles", "OperatingSystem",
      "CPluginLauncher",
    ],
    "Wiring": [
      "Administration", "TenantConfig", "ActiveDirectory", "TenantStore", "PluginHost",
      "Authorization", "TenantCore", "PluginContract", "OperatingSystem",
    ],
    "TenantService": [
      "Wiring", "Administration", "Authorization", "TenantCore", "PluginContract",
      "OperatingSystem",
    ],
    "tenantd": ["TenantService", "Wiring", "TenantCore"],
    "tenantctl": [
      "Wiring", "Administration", "YAMLFiles", "Authorization", "TenantCore", "PluginContract",
      "PluginTesting", "OperatingSystem",
    ],
  ]

  /// The same modules by layer, from below: Package.swift has them in this order.
  static let layers: [[String]] = [
    ["PluginContract", "OperatingSystem", "YAMLFiles", "PluginTesting"],
    ["TenantCore", "Authorization", "Reconciliation"],
    ["Administration"],
    ["TenantConfig", "ActiveDirectory", "TenantStore", "PluginHost"],
    ["Wiring"],
    ["TenantService", "tenantd", "tenantctl"],
  ]

  /// The modules of C, below all others.
  static let modulesOfC: Set<String> = [
    "CYAML", "CLDAP", "CKerberos", "CPQ", "CSodium", "CPluginLauncher",
  ]

  /// Libraries that only these modules may know.
  static let owners: [String: Set<String>] = [
    "CYAML": ["YAMLFiles"], "CLDAP": ["ActiveDirectory"],
    "CKerberos": ["ActiveDirectory"], "CPQ": ["TenantStore"], "GRDB": ["TenantStore"],
    "GRDBSQLite": ["TenantStore"], "CSodium": ["TenantStore"],
    "ArgumentParser": ["tenantctl", "tenantd"],
    "CXLSXWriter": ["XLSXExporter"], "CPluginLauncher": ["PluginHost"],
    "Crypto": ["Administration", "PluginHost", "TenantService"],
    "Hummingbird": ["TenantService"], "Mustache": ["TenantService"],
    "ServiceLifecycle": ["TenantService"],
    "Subprocess": ["OperatingSystem"], "SystemPackage": ["OperatingSystem"],
  ]

  /// The programs and what they show; they see use cases and, to start, the wiring.
  static let doors = ["tenantctl", "tenantd", "TenantService"]

  /// The outside world: each module fulfils ports of the use cases.
  static let outsideWorld: Set<String> = [
    "TenantConfig", "ActiveDirectory", "TenantStore", "PluginHost",
  ]

  /// Plugins that are programs of their own: the host links none of them.
  static let outsidePlugins: Set<String> = ["XLSXExporter"]

  static func plugins() throws -> [String] { try SourceTree.plugins() }

  @Test("every module of Sources is in the picture")
  func everyModuleIsDrawn() throws {
    let modules = try SourceTree.entries("Sources")
    #expect(Set(modules) == Set(Self.allowed.keys).union(Self.modulesOfC))
  }

  @Test("Package.swift reads in the order of the layers")
  func packageIsOrdered() throws {
    #expect(Set(Self.layers.joined()) == Set(Self.allowed.keys))
    let declaration = /(?:module\(|executableTarget\(\s*name:)\s*"(\w+)"/
    let declared = try SourceTree.text("Package.swift").matches(of: declaration)
      .map { String($0.1) }.filter(Self.allowed.keys.contains)
    #expect(Set(declared) == Set(Self.allowed.keys))
    let layers = declared.compactMap { name in Self.layers.firstIndex { $0.contains(name) } }
    #expect(layers == layers.sorted(), "\(declared)")
  }

  @Test("a module imports only those below it", arguments: allowed.keys.sorted())
  func importsGoDown(module: String) throws {
    let plugins = Set(try Self.plugins())
    let ours = Set(Self.allowed.keys).union(Self.modulesOfC).union(plugins)
    var allowed = Self.allowed[module] ?? []
    if module == "Wiring" { allowed.formUnion(plugins.subtracting(Self.outsidePlugins)) }
    for file in try SourceTree.swiftFiles(below: "Sources/\(module)") {
      let wrong = try SourceTree.imports(of: file).intersection(ours).subtracting(allowed)
      #expect(wrong.isEmpty, "\(file) imports \(wrong.sorted())")
    }
  }

  @Test("only the wiring imports the outside world: no door does, and none of its modules another")
  func onlyWiringKnowsTheOutsideWorld() throws {
    #expect(Set(Self.allowed.keys).isSuperset(of: Self.doors))
    for module in Self.allowed.keys where module != "Wiring" {
      for file in try SourceTree.swiftFiles(below: "Sources/\(module)") {
        let imports = try SourceTree.imports(of: file).intersection(Self.outsideWorld)
        #expect(imports.isEmpty, "\(file) imports \(imports.sorted())")
      }
    }
  }

  @Test("no door opens a store, or names one", arguments: doors)
  func doorsOpenNoStore(door: String) throws {
    for file in try SourceTree.swiftFiles(below: "Sources/\(door)") {
      let words = try SourceTree.text(file).split { !$0.isLetter && !$0.isNumber }
      let ports = words.filter {
        $0.hasSuffix("Storing") || $0.hasSuffix("StoreOpening") || $0 == "TablePaging"
      }
      #expect(ports.isEmpty, "\(file) names \(ports)")
    }
  }

  @Test("a plugin imports PluginContract and nothing else of ours")
  func pluginsKnowTheContractOnly() throws {
    let ours = Set(Self.allowed.keys).union(try Self.plugins())
    for plugin in try Self.plugins() + SourceTree.examples().map({ "Examples/\($0)" }) {
      for file in try SourceTree.swiftFiles(below: "Plugins/\(plugin)/Sources") {
        let imports = try SourceTree.imports(of: file).intersection(ours)
        #expect(imports.isSubset(of: ["PluginContract"]), "\(file) imports \(imports.sorted())")
      }
    }
  }

  @Test("a library is known to its owners only")
  func librariesHaveOwners() throws {
    for module in Self.allowed.keys {
      for file in try SourceTree.swiftFiles(below: "Sources/\(module)") {
        for library in try SourceTree.imports(of: file) {
          guard let owners = Self.owners[library] else { continue }
          #expect(
            owners.contains(module), "\(file) imports \(library), which belongs to \(owners)")
        }
      }
    }
  }

  @Test(
    "programs are started by OperatingSystem, and plugins by their launcher, never by Foundation")
  func noProcess() throws {
    let files =
      try SourceTree.swiftFiles(below: "Sources")
      + SourceTree.plugins().flatMap { try SourceTree.swiftFiles(below: "Plugins/\($0)/Sources") }
    for file in files {
      let text = try SourceTree.text(file)
      for call in [
        /\bProcess\(\)/, /\bProcess\.run\(/, /\bposix_spawn/, /\bThread \{/, /\bpthread_create\(/,
      ] {
        guard !file.hasSuffix("/Wiring/ProcessNeeds.swift") else { continue }
        let isThreads = file == "Sources/OperatingSystem/Threads/OwnThread.swift"
        #expect(isThreads || text.firstMatch(of: call) == nil, "\(file)")
      }
    }
  }

  @Test("only the place that knows concrete types names the built-in plugins")
  func nobodyKnowsAPluginByName() throws {
    for module in Self.allowed.keys where module != "Wiring" {
      for file in try SourceTree.swiftFiles(below: "Sources/\(module)") {
        let imports = try SourceTree.imports(of: file).intersection(try Self.plugins())
        #expect(imports.isEmpty, "\(file) imports \(imports.sorted())")
      }
    }
  }
}
