package import Administration
import Glibc
internal import OperatingSystem
package import PluginContract
internal import TenantCore
import YAMLFiles

/// Reads a tenant file (tenant-file.md, section 1).
///
/// A file that others could have written is refused before its contents are looked at (A4). All
/// independent errors of a file come at once.
package struct TenantFileReader: Sendable {
  private let facts: TenantFacts
  private let runningUser: UInt32

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - matchers: the matchers that a file may name.
  ///   - refusedMatchers: names of further matchers, which are installed but refused. A file may
  ///     name them; their options are kept as they stand, because there is nothing to check them
  ///     against, and whoever starts the matcher says why it is refused.
  ///   - checksSecretFiles: true to look also at the files with secrets (`tenants validate`): they
  ///     must be there, and others may not read them. Where this user may not look, that is left to
  ///     whoever uses the secret.
  package init(
    matchers: [MatcherDeclaration], refusedMatchers: Set<String> = [],
    checksSecretFiles: Bool = false
  ) {
    self.init(
      facts: TenantFacts(
        matchers: matchers, refusedMatchers: refusedMatchers,
        checksSecretFiles: checksSecretFiles),
      runningUser: getuid())
  }

  /// For tests of A4, which cannot become someone else.
  init(facts: TenantFacts, runningUser: UInt32) {
    self.facts = facts
    self.runningUser = runningUser
  }

  /// The same reader, which looks at the files with secrets too.
  func checkingSecretFiles() -> TenantFileReader {
    var facts = facts
    facts.checksSecretFiles = true
    return TenantFileReader(facts: facts, runningUser: runningUser)
  }

  /// Reads one file; its folder is checked with it (A4).
  ///
  /// - Parameter path: absolute, or relative to the current folder; errors name it as given.
  package func read(path: String) throws(TenantConfigError) -> TenantFile {
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
    do throws(FileRefusal) {
      return try TrustedFolder(path: folder, kind: .tenant, runningUser: runningUser)
    } catch {
      throw TenantConfigError(error)
    }
  }

  /// Reads a file of an open folder; nil if there is none of that name.
  func read(
    _ name: String, in folder: borrowing TrustedFolder, shownAs path: String
  ) throws(TenantConfigError) -> TenantFile? {
    guard let file = try bytes(named: name, in: folder, shownAs: path) else { return nil }
    let document = YAMLDocument(file.bytes, shownAs: path, kind: .tenant)
    let contents = document.value(
      by: .tenantFile(named: name), folder: folder.absolutePath, facts: facts)
    guard let contents else {
      throw TenantConfigError(
        .invalid, document.problems.sorted,
        access: document.value(
          ofKey: TenantKeys.access.name, by: .accessPolicy, folder: folder.absolutePath,
          facts: facts))
    }
    return TenantFile(
      tenant: contents.tenant, access: contents.access, owner: file.owner,
      path: folder.absolutePath + "/" + name,
      text: String(decoding: file.bytes, as: UTF8.self))
  }

  private func bytes(
    named name: String, in folder: borrowing TrustedFolder, shownAs path: String
  ) throws(TenantConfigError) -> TrustedFolder.File? {
    do throws(FileRefusal) {
      return try folder.file(named: name, shownAs: path)
    } catch {
      throw TenantConfigError(error)
    }
  }
}
