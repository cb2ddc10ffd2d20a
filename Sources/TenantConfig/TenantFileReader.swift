import Glibc
public import PluginContract

/// Reads a tenant file (tenant-file.md, section 1).
///
/// A file that others could have written is refused before its contents are looked at (A4). All
/// independent errors of a file come at once.
public struct TenantFileReader: Sendable {
  private let matchers: [MatcherDeclaration]
  private let checksSecretFiles: Bool
  private let runningUser: UInt32

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - matchers: the matchers that a file may name.
  ///   - checksSecretFiles: true to look also at the files with secrets (`tenants validate`): they
  ///     must be there, and others may not read them. Where this user may not look, that is left to
  ///     whoever uses the secret.
  public init(matchers: [MatcherDeclaration], checksSecretFiles: Bool = false) {
    self.init(matchers: matchers, checksSecretFiles: checksSecretFiles, runningUser: getuid())
  }

  /// For tests of A4, which cannot become someone else.
  init(matchers: [MatcherDeclaration], checksSecretFiles: Bool, runningUser: UInt32) {
    self.matchers = matchers
    self.checksSecretFiles = checksSecretFiles
    self.runningUser = runningUser
  }

  /// Reads one file; its folder is checked with it (A4).
  ///
  /// - Parameter path: absolute, or relative to the current folder; errors name it as given.
  public func read(path: String) throws(TenantConfigError) -> TenantFile {
    let slash = path.lastIndex(of: "/")
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard let file = try read(name, in: open(folder: folder), shownAs: path) else {
      throw TenantConfigError(.unreadable, path: path, "there is no such file")
    }
    return file
  }

  /// Opens a folder of tenant files, if it is safe (A4).
  func open(folder: String) throws(TenantConfigError) -> TrustedFolder {
    try TrustedFolder(path: folder, runningUser: runningUser)
  }

  /// Reads a file of an open folder; nil if there is none of that name.
  func read(
    _ name: String, in folder: borrowing TrustedFolder, shownAs path: String
  ) throws(TenantConfigError) -> TenantFile? {
    guard let file = try folder.file(named: name, shownAs: path) else { return nil }
    let contents = try contents(of: file.bytes, named: name, in: folder, shownAs: path)
    return TenantFile(
      tenant: contents.tenant, access: contents.access, owner: file.owner,
      path: folder.absolutePath + "/" + name)
  }

  private func contents(
    of bytes: [UInt8], named name: String, in folder: borrowing TrustedFolder, shownAs path: String
  ) throws(TenantConfigError) -> TenantContents {
    let problems = ProblemList(path: path)
    let root = YAMLComposer.root(of: bytes, problems: problems)
    if root == nil, problems.isEmpty {
      problems.report(
        "the file is empty; it needs at least the keys 'version' and 'tenant'",
        at: FilePosition(line: 1, column: 1))
    }
    let context = ReadingContext(
      folder: folder.absolutePath, matchers: matchers, checksSecretFiles: checksSecretFiles,
      problems: problems)
    let contents = root.flatMap { root in
      Reading.tenantFile(named: name)
        .read(Slot(node: root, name: "a tenant file", context: context))
    }
    guard let contents, problems.isEmpty else {
      throw TenantConfigError(.invalid, problems.sorted)
    }
    return contents
  }
}
