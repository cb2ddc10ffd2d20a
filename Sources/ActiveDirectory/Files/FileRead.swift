internal import Administration
import Authorization
import Foundation
import Glibc
internal import OperatingSystem
import PluginContract
import TenantCore

extension SystemWords {
  /// The system's number within an error of Foundation, which mostly is a missing permission.
  fileprivate init(of error: any Error) {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey]
    self.init((underlying as? POSIXError ?? error as? POSIXError)?.code.rawValue ?? EACCES)
  }
}

/// One read of a directory file: what both formats have in common.
struct FileRead {
  /// The most bytes of a file; beyond, the directory is read live.
  static let maximumBytes = 4 << 30

  let reader: FileDirectoryReader
  let attributes: [String]
  let moment: Timestamp

  /// Hands over batches, then the report.
  func run(_ send: (DirectoryEvent) throws -> Void) throws {
    var builder = try DirectoryBatchBuilder(
      directory: reader.index, configuration: reader.directory, rootDN: nil,
      attributes: attributes, moment: moment)
    var records = 0
    func hand(over batch: DirectoryUserBatch) throws {
      records += batch.count
      try send(.batch(batch))
    }
    var findings: [Finding] = []
    switch reader.format {
    case .ldif(let path):
      var file = LDIFDirectoryFile(path: path)
      try file.read(try text(), into: &builder) { builder in
        if builder.isFull { try hand(over: builder.take()) }
      }
      if builder.count > 0 { try hand(over: builder.take()) }
      findings = file.findings
    case .csv(let path):
      do {
        try CSVDirectoryFile(path: path, reading: CSVReading(threads: reader.threads))
          .read(source(), into: &builder) { try hand(over: $0) }
      } catch let error as NoTextFile {
        throw encodingError(error.problem)
      }
    }
    try send(
      .finished(
        ReadReport(
          domain: reader.directory.domain, server: reader.format.path, records: records,
          findings: findings + builder.findings)))
  }

  private func text() throws -> TextFile {
    do {
      return try TextFile(contents())
    } catch let error as TextError {
      throw encodingError(error)
    }
  }

  private func encodingError(_ error: TextError) -> DirectoryError {
    let remedy =
      switch reader.format {
      case .ldif: "export again with ldapsearch, or with ldifde -u"
      case .csv: "export again with Export-Csv -Encoding UTF8, or with csvde -u"
      }
    return DirectoryError(
      .incomplete, "\(reader.format.path):\(error.line): \(error.message); \(remedy)",
      cause: error)
  }

  private func contents() throws -> [UInt8] {
    let path = reader.format.path
    try checkKind()
    do {
      return Array(try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe))
    } catch {
      throw unreadable(SystemWords(of: error), error)
    }
  }

  private func source() throws -> TextSource {
    try checkKind()
    do {
      return try TextSource(
        FileDescriptor(file: reader.format.path), limit: Self.maximumBytes)
    } catch let error as SystemFailure {
      throw unreadable(SystemWords(error.number), error)
    } catch is TextTooLong {
      throw tooLong
    }
  }

  private func unreadable(_ words: SystemWords, _ cause: any Error) -> DirectoryError {
    failure(
      "the file cannot be read: " + words.text(orElse: "is the running user allowed to?"),
      cause: cause)
  }

  private var tooLong: DirectoryError {
    failure("the file is larger than 4 GiB; read the directory live, or split the export")
  }

  /// A pipe or a device may never end, and a file beyond the limit does not fit into memory.
  private func checkKind() throws {
    let file = URL(filePath: reader.format.path).resolvingSymlinksInPath()
    let attributes: [FileAttributeKey: Any]
    do {
      attributes = try FileManager.default.attributesOfItem(
        atPath: file.path(percentEncoded: false))
    } catch {
      let words = SystemWords(of: error)
      throw failure(
        words.remedy == nil
          ? "there is no such file; export the directory to it, or fix 'file' in the tenant file"
          : "the file cannot be looked at: \(words.text)", cause: error)
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw failure("this is not a file; name the export itself in the tenant file")
    }
    guard let size = attributes[.size] as? Int, size <= Self.maximumBytes else {
      throw tooLong
    }
  }

  private func failure(_ message: String, cause: (any Error)? = nil) -> DirectoryError {
    DirectoryError(.incomplete, "\(reader.format.path): \(message)", cause: cause)
  }
}
