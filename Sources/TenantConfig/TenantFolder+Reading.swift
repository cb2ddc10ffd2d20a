package import Administration
import Foundation

/// The port of the use cases: refusals come as values that say what may be told to whom.
extension TenantFolder: TenantFileReading {
  package func file(of name: String) throws -> TenantFile? {
    do throws(TenantConfigError) {
      return try load(name)
    } catch {
      throw refusal(error)
    }
  }

  package func files() throws -> [TenantFileEntry] {
    try loadAll().map { name, result in
      TenantFileEntry(
        name: name, path: "\(path)/\(name).yaml", file: result.mapError { refusal($0) })
    }
  }

  package func filesToValidate(_ words: [String]) throws -> [TenantFileEntry] {
    let folder = checkingSecretFiles()
    guard !words.isEmpty else { return try folder.files() }
    return words.map { word in
      let path = path(named: word)
      let name = URL(filePath: path).deletingPathExtension().lastPathComponent
      do throws(TenantConfigError) {
        return TenantFileEntry(
          name: name, path: path, file: .success(try folder.reader.read(path: path)))
      } catch {
        return TenantFileEntry(name: name, path: path, file: .failure(refusal(error)))
      }
    }
  }

  /// A word that names no file but a tenant, as other commands take it, stands for that one's file.
  private func path(named word: String) -> String {
    let file = "\(path)/\(word).yaml"
    let isThere = FileManager.default.fileExists(atPath:)
    return !word.contains("/") && !isThere(word) && isThere(file) ? file : word
  }

  /// What cannot be read is hidden (A5), unless it is the folder itself.
  private func refusal(_ error: TenantConfigError) -> TenantFileRefusal {
    TenantFileRefusal(
      error.description, isHidden: error.code == .unreadable && !error.paths.contains(path),
      access: error.access)
  }
}
