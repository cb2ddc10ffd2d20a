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
    let text = try text()
    var records = 0
    func flush(_ builder: inout DirectoryBatchBuilder, always: Bool) throws {
      guard builder.isFull || always && builder.count > 0 else { return }
      records += builder.count
      try send(.batch(builder.take()))
    }
    let findings: [Finding]
    switch reader.format {
    case .ldif(let path):
      var file = LDIFDirectoryFile(path: path)
      try file.read(text, into: &builder) { try flush(&$0, always: false) }
      findings = file.findings
    case .csv(let path):
      let file = CSVDirectoryFile(path: path)
      try file.read(text, into: &builder) { try flush(&$0, always: false) }
      findings = []
    }
    try flush(&builder, always: true)
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
      let remedy =
        switch reader.format {
        case .ldif: "export again with ldapsearch, or with ldifde -u"
        case .csv: "export again with Export-Csv -Encoding UTF8, or with csvde -u"
        }
      throw DirectoryError(
        .incomplete, "\(reader.format.path):\(error.line): \(error.message); \(remedy)",
        cause: error)
    }
  }

  private func contents() throws -> [UInt8] {
    let path = reader.format.path
    try checkKind()
    do {
      return Array(try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe))
    } catch {
      throw failure(
        "the file cannot be read: "
          + SystemWords(of: error).text(orElse: "is the running user allowed to?"), cause: error)
    }
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
      throw failure("the file is larger than 4 GiB; read the directory live, or split the export")
    }
  }

  private func failure(_ message: String, cause: (any Error)? = nil) -> DirectoryError {
    DirectoryError(.incomplete, "\(reader.format.path): \(message)", cause: cause)
  }
}
