import Foundation
import Harness

/// A disk that loses its power: of what a program wrote it keeps what was synced, and of the rest nothing, or any
/// part in any order. A name is synced by its folder, as POSIX has it, not by the file.
struct PowerLossDisk {
  private enum Edit {
    case write(at: Int, Data)
    case length(Int)
  }

  private struct File {
    var kept = Data()
    var pending: [Edit] = []
  }

  private enum Naming {
    case add(String, Int)
    case remove(String)
  }

  private var files: [File] = []
  /// What is where as programs see it, and as the disk has it; folders are files without bytes.
  private var names: [String: Int] = [:]
  private var keptNames: [String: Int] = [:]
  private var folders: Set<Int> = []
  private var pendingNames: [String: [Naming]] = [:]

  /// Begins with folders of an installation, as they are.
  init(_ installation: RunTenantctl, _ tops: [String]) throws {
    for top in tops {
      add("/" + top, folder: true, nil)
      let path = installation.folder.path(top)
      for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
        let content = FileManager.default.contents(atPath: "\(path)/\(name)")
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
        add("/\(top)/\(name)", folder: isFolder.boolValue, content)
      }
    }
    keptNames = names
    pendingNames = [:]
  }

  /// Does what a call did.
  mutating func apply(_ call: FaultShim.Call, _ bytes: Data) {
    switch call.name {
    case "create": add(call.path, folder: false, nil)
    case "mkdir": add(call.path, folder: true, nil)
    case "empty": edit(call.path, .length(0))
    case "write": edit(call.path, .write(at: call.place, bytes))
    case "truncate": edit(call.path, .length(call.place))
    case "rename": move(call.path, to: call.newPath)
    case "link":
      if let file = names[call.path] { name(call.newPath, file) }
    case "unlink": remove(call.path)
    case "sync": sync(call.path)
    default: break
    }
  }

  /// Writes what is left into an installation.
  ///
  /// - Parameter survives: is asked of each step that was not synced whether it reached the disk.
  func leave(
    in installation: RunTenantctl, _ tops: [String], _ survives: () -> Bool
  ) throws {
    var kept = keptNames
    for namings in pendingNames.sorted(by: { $0.key < $1.key }).map(\.value) {
      for naming in namings where survives() { Self.apply(naming, to: &kept) }
    }
    let manager = FileManager.default
    for top in tops {
      try? manager.removeItem(atPath: installation.folder.path(top))
      try manager.createDirectory(
        atPath: installation.folder.path(top), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    for (path, file) in kept.sorted(by: { $0.key < $1.key }) where !path.hasSuffix("-shm") {
      let target = installation.folder.path(String(path.dropFirst()))
      let parent = (target as NSString).deletingLastPathComponent
      guard manager.fileExists(atPath: parent) else { continue }
      if folders.contains(file) {
        try manager.createDirectory(
          atPath: target, withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
      } else {
        var content = files[file].kept
        for edit in files[file].pending where survives() { Self.apply(edit, to: &content) }
        _ = manager.createFile(
          atPath: target, contents: content, attributes: [.posixPermissions: 0o600])
      }
    }
  }

  // MARK: - The steps

  private mutating func add(_ path: String, folder: Bool, _ content: Data?) {
    guard names[path] == nil else { return }
    files.append(File(kept: content ?? Data()))
    if folder { folders.insert(files.count - 1) }
    name(path, files.count - 1)
  }

  private mutating func name(_ path: String, _ file: Int) {
    names[path] = file
    pendingNames[Self.parent(path), default: []].append(.add(path, file))
  }

  private mutating func remove(_ path: String) {
    guard names.removeValue(forKey: path) != nil else { return }
    pendingNames[Self.parent(path), default: []].append(.remove(path))
  }

  private mutating func move(_ path: String, to other: String) {
    guard let file = names[path] else { return }
    name(other, file)
    remove(path)
  }

  /// A file without a name, which is being written before it is linked, has one of the kernel's.
  private mutating func edit(_ path: String, _ edit: Edit) {
    if names[path] == nil {
      files.append(File())
      names[path] = files.count - 1
    }
    if let file = names[path] { files[file].pending.append(edit) }
  }

  private mutating func sync(_ path: String) {
    guard let file = names[path] else { return }
    if folders.contains(file) {
      for naming in pendingNames.removeValue(forKey: path) ?? [] {
        Self.apply(naming, to: &keptNames)
      }
    } else {
      for edit in files[file].pending { Self.apply(edit, to: &files[file].kept) }
      files[file].pending = []
    }
  }

  private static func parent(_ path: String) -> String {
    (path as NSString).deletingLastPathComponent
  }

  private static func apply(_ naming: Naming, to names: inout [String: Int]) {
    switch naming {
    case .add(let path, let file): names[path] = file
    case .remove(let path): names[path] = nil
    }
  }

  private static func apply(_ edit: Edit, to content: inout Data) {
    switch edit {
    case .length(let length):
      if length < content.count { content.removeSubrange(length...) }
      content.append(Data(count: length - content.count))
    case .write(let place, let bytes):
      if content.count < place + bytes.count {
        content.append(Data(count: place + bytes.count - content.count))
      }
      content.replaceSubrange(place..<(place + bytes.count), with: bytes)
    }
  }
}
