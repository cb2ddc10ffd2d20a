internal import Foundation

/// A folder that is made with its files, all of them or none, and the folders above it.
struct NewFolder {
  /// A file by its path below the folder.
  struct File {
    var path: String
    var text: String
    var isExecutable = false
  }

  private let folder: URL

  init(_ folder: URL) { self.folder = folder }

  /// - Throws: ``OutputError`` if the folder is there already or cannot be written.
  func write(_ files: [File]) throws {
    let manager = FileManager.default
    guard !manager.fileExists(atPath: folder.path) else {
      throw OutputError(message: "'\(folder.path)' is there already; name another plugin or folder")
    }
    do {
      try makeFolder(folder)
      for file in files {
        let path = folder.appending(path: file.path)
        try makeFolder(path.deletingLastPathComponent())
        try Data(file.text.utf8).write(to: path)
        try manager.setAttributes(
          [.posixPermissions: file.isExecutable ? 0o755 : 0o644], ofItemAtPath: path.path)
      }
    } catch let error as OutputError {
      throw error
    } catch {
      try? manager.removeItem(at: folder)
      throw OutputError(
        message: "'\(folder.path)' cannot be written: \(error.localizedDescription)")
    }
  }

  /// Whatever the umask: a plugin's folder that a group may write is refused.
  private func makeFolder(_ folder: URL) throws {
    var isFolder: ObjCBool = false
    if unsafe FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder) {
      guard isFolder.boolValue else {
        throw OutputError(message: "'\(folder.path)' is no folder")
      }
      return
    }
    try makeFolder(folder.deletingLastPathComponent())
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
  }
}
