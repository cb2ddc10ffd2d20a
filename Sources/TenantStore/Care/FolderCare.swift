package import Administration
internal import Foundation
internal import GRDB
internal import OperatingSystem

/// Prepares a state folder, and examines one. It opens no tenant's store.
struct FolderCare: StoreCare {
  let folder: StateFolder

  func prepare(programRole: String?) async throws -> StorePreparation {
    guard programRole == nil else {
      throw StoreError(
        .usage, "'\(name)' is a folder, which knows no roles; leave the programs' role out")
    }
    let (folder, name) = (folder, name)
    return try await OwnThread.run {
      let wasThere = PrivateFile.exists(folder.path)
      try folder.makeTenants()
      let step = StorePreparation.Step(
        "folder \(folder.path)", wasThere ? "was there" : "made, for its owner only",
        isChange: !wasThere)
      return StorePreparation(store: name, steps: [step])
    }
  }

  func examine() async throws -> StoreExamination {
    let name = name
    return try await OwnThread.run { StoreExamination(store: name, findings: try findings()) }
  }

  private var name: String { "\(StoreLocation.folder(path: folder.path))" }

  private func findings() throws -> [StoreExamination.Finding] {
    let version = try DatabaseQueue().read {
      try String.fetchOne($0, sql: "SELECT sqlite_version()")
    }
    let library = StoreExamination.Finding("engine", "SQLite \(version ?? "")")
    guard PrivateFile.exists(folder.path) else {
      return [
        library,
        StoreExamination.Finding(
          "folder", "\(folder.path) is not there yet; it is made when something is first written"),
      ]
    }
    return [library, safety(), room(), try stores()]
  }

  private func safety() -> StoreExamination.Finding {
    do {
      try folder.check()
      return StoreExamination.Finding("folder", "\(folder.path), which only its owner may write")
    } catch {
      return StoreExamination.Finding("folder", folder.path, remedy: "\(error)")
    }
  }

  /// Less than this is soon used up.
  private static let leastRoom = 100 << 20

  private func room() -> StoreExamination.Finding {
    let values = try? URL(filePath: folder.path)
      .resourceValues(forKeys: [.volumeAvailableCapacityKey])
    let free = values?.volumeAvailableCapacity ?? 0
    return StoreExamination.Finding(
      "room", "\(free >> 20) MiB are free",
      remedy: free < Self.leastRoom ? "free some, or give the folder a larger disk" : nil)
  }

  /// Looked at from outside: a store that is missing, empty or another program's.
  private func stores() throws -> StoreExamination.Finding {
    let names = try folder.names()
    var problems: [String] = []
    for tenant in names {
      do {
        let file = try StoreFile(at: folder.storePath(of: tenant))
        guard file != .store else { continue }
        try StoreMark(of: tenant, in: folder).refuseToForget(
          store: folder.storePath(of: tenant), that: file == .missing ? "missing" : "empty")
      } catch {
        problems.append("\(error)")
      }
    }
    return StoreExamination.Finding(
      "stores", "\(names.count) tenants have one",
      remedy: problems.isEmpty ? nil : problems.joined(separator: "\n"))
  }
}

extension StoreLocation {
  /// What prepares and examines the place.
  package var care: any StoreCare {
    switch self {
    case .folder(let path): FolderCare(folder: StateFolder(path: path))
    case .server(let server): PostgresCare(server: server)
    }
  }

  /// What opens tenants' stores there.
  ///
  /// - Parameter program: who asks, for whoever looks at a server's activity.
  package func stores(for program: String) -> any TenantStoreOpening {
    switch self {
    case .folder(let path): TenantStores(StateFolder(path: path))
    case .server(let server): PostgresStores(PostgresPool(server, applicationName: program))
    }
  }
}
