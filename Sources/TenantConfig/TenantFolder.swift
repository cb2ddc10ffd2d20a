package import Administration
import Foundation
internal import OperatingSystem
package import PluginContract
import YAMLFiles

/// A folder of tenant files; only `*.yaml` are tenants.
///
/// The folder is opened and checked again by each call (A4), so that a service sees what changed.
package struct TenantFolder: Sendable {
  /// The folder, as it was given.
  package let path: String
  let reader: TenantFileReader

  /// Makes a folder; nothing is opened yet.
  ///
  /// - Parameters:
  ///   - path: absolute, or relative to the current folder.
  ///   - matchers: the matchers that a file may name.
  ///   - refusedMatchers, checksSecretFiles: see
  ///     ``TenantFileReader/init(matchers:refusedMatchers:checksSecretFiles:)``.
  package init(
    path: String, matchers: [MatcherDeclaration], refusedMatchers: Set<String> = [],
    checksSecretFiles: Bool = false
  ) {
    self.path = path
    reader = TenantFileReader(
      matchers: matchers, refusedMatchers: refusedMatchers, checksSecretFiles: checksSecretFiles)
  }

  /// The same folder, whose files with secrets are looked at too.
  func checkingSecretFiles() -> TenantFolder {
    TenantFolder(path: path, reader: reader.checkingSecretFiles())
  }

  private init(path: String, reader: TenantFileReader) {
    self.path = path
    self.reader = reader
  }

  /// The names of the files without `.yaml`, in the order of their code points; hidden files are
  /// none. A name may be unfit for a tenant, which reading it will say.
  package func names() throws(TenantConfigError) -> [String] {
    _ = try reader.open(folder: path)
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
        .map { String($0.dropLast(".yaml".count)) }.sorted()
    } catch {
      throw TenantConfigError(
        .unreadable, path: path, "the folder of tenant files cannot be read; check its mode")
    }
  }

  /// Reads one tenant's file; nil if there is none.
  ///
  /// - Parameter name: a tenant's name as someone typed it. One that cannot be a tenant's (`../x`)
  ///   is answered with nil, and no file is touched.
  package func load(_ name: String) throws(TenantConfigError) -> TenantFile? {
    guard PlainName.isPlain(name) else { return nil }
    return try load(name, from: reader.open(folder: path))
  }

  /// Reads every file, in the order of ``names()``; one that is wrong hides none of the others.
  ///
  /// - Throws: only if the folder itself is missing or unsafe.
  package func loadAll() throws(TenantConfigError) -> [(
    name: String, result: Result<TenantFile, TenantConfigError>
  )] {
    let folder = try reader.open(folder: path)
    var all: [(name: String, result: Result<TenantFile, TenantConfigError>)] = []
    for name in try names() {
      do throws(TenantConfigError) {
        // Between the listing and the reading a file may go; it is then no tenant.
        if let file = try load(name, from: folder) { all.append((name, .success(file))) }
      } catch {
        all.append((name, .failure(error)))
      }
    }
    return all
  }

  private func load(
    _ name: String, from folder: borrowing TrustedFolder
  ) throws(TenantConfigError) -> TenantFile? {
    let separator = path.hasSuffix("/") ? "" : "/"
    return try reader.read(
      name + ".yaml", in: folder, shownAs: "\(path)\(separator)\(name).yaml")
  }
}
