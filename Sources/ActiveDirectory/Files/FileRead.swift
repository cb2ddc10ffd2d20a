import Authorization
import Foundation
import TenantCore

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
    let bytes = try contents()
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
      try file.read(bytes, into: &builder) { try flush(&$0, always: false) }
      findings = file.findings
    case .csv(let path):
      let file = CSVDirectoryFile(path: path)
      try file.read(bytes, into: &builder) { try flush(&$0, always: false) }
      findings = []
    }
    try flush(&builder, always: true)
    try send(
      .finished(
        ReadReport(
          domain: reader.directory.domain, server: reader.format.path, records: records,
          findings: findings)))
  }

  private func contents() throws -> [UInt8] {
    let path = reader.format.path
    do {
      let data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
      guard data.count <= Self.maximumBytes else {
        throw DirectoryError(
          .incomplete,
          "\(path): the file has \(data.count) bytes, more than 4 GiB; read the "
            + "directory live, or split the export")
      }
      return Array(data)
    } catch let error as DirectoryError {
      throw error
    } catch {
      throw DirectoryError(
        .incomplete, "\(path): the file cannot be read; is it there, and may you read it?",
        cause: error)
    }
  }
}
