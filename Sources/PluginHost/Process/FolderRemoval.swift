import Glibc
import OperatingSystem

/// Empties a folder, whatever a plugin made of it: names that are no text, folders that are shut,
/// or nested deeper than any path can say. No process may be at work in it any more.
///
/// Nothing here goes deeper than one folder: what lies in a folder is moved up beside it.
struct FolderRemoval {
  private typealias Name = [CChar]

  private let root: CInt
  private var moved = 0

  /// Removes all that is in an open folder.
  static func empty(_ folder: borrowing FileDescriptor) {
    fchmod(folder.number, 0o700)
    var removal = FolderRemoval(root: folder.number)
    while removal.pass() {}
  }

  private init(root: CInt) { self.root = root }

  /// Tries all entries once; false if none could be removed, or there is none.
  private mutating func pass() -> Bool {
    var isAnyGone = false
    for name in Self.names(in: root) where remove(name) { isAnyGone = true }
    return isAnyGone
  }

  private mutating func remove(_ name: Name) -> Bool {
    if unsafe unlinkat(root, name, 0) == 0 || unlinkat(root, name, AT_REMOVEDIR) == 0 {
      return true
    }
    Self.unlock(name, in: root)
    let number = unsafe openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard let folder = try? FileDescriptor(checking: number) else { return false }
    for child in Self.names(in: folder.number)
    where unsafe unlinkat(folder.number, child, 0) != 0 {
      moveUp(child, from: folder.number)
    }
    return unsafe unlinkat(root, name, AT_REMOVEDIR) == 0
  }

  /// Moves a folder into the root, under a name that is free there.
  private mutating func moveUp(_ child: Name, from folder: CInt) {
    // A folder that cannot be written cannot be moved either (rename(2)).
    Self.unlock(child, in: folder)
    var result: CInt
    repeat {
      moved += 1
      result = unsafe renameat(folder, child, root, "moved-\(moved)")
    } while result != 0 && [EEXIST, ENOTEMPTY, ENOTDIR].contains(errno)
  }

  /// Opens a folder's mode; never that of what a symbolic link points at.
  private static func unlock(_ name: Name, in folder: CInt) {
    var status = stat()
    guard unsafe fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
      status.st_mode & S_IFMT == S_IFDIR
    else { return }
    unsafe fchmodat(folder, name, 0o700, 0)
  }

  private static func names(in folder: CInt) -> [Name] {
    let copy = unsafe openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { return [] }
    guard let stream = unsafe fdopendir(copy) else {
      close(copy)
      return []
    }
    defer { unsafe closedir(stream) }
    var names: [Name] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) }
      }
      if ![[46], [46, 46]].contains(name) { names.append(name + [0]) }
    }
    return names
  }
}
