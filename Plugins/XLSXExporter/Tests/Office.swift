import Foundation
import Testing

/// What other programs see in a workbook.
enum Office {
  /// The sheets by name, as LibreOffice reads them: comma-separated, quoted where needed.
  static func sheets(_ workbook: [UInt8]) throws -> [String: String] {
    try withFolder { folder in
      let file = folder.appending(path: "book.xlsx")
      try Data(workbook).write(to: file)
      // All sheets, UTF-8, cells as text; a profile of its own, because two share none.
      let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
      try run(
        "soffice", "-env:UserInstallation=\(folder.appending(path: "profile").absoluteString)",
        "--headless", "--convert-to", filter, "--outdir", folder.path, file.path)
      var sheets: [String: String] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
      where name.hasPrefix("book-") && name.hasSuffix(".csv") {
        let data = try Data(contentsOf: folder.appending(path: name))
        sheets[String(name.dropFirst(5).dropLast(4))] = String(decoding: data, as: UTF8.self)
      }
      return sheets
    }
  }

  /// The lines that a Python script prints of the workbook `book`, a `zipfile.ZipFile`.
  static func lines(_ workbook: [UInt8], python script: String) throws -> [String] {
    try withFolder { folder in
      let file = folder.appending(path: "book.xlsx")
      try Data(workbook).write(to: file)
      let start =
        "import sys, re, zipfile; import xml.etree.ElementTree as xml\n"
        + "book = zipfile.ZipFile(sys.argv[1])\n"
      return try run("python3", "-c", start + script, file.path)
        .split(separator: "\n").map(String.init)
    }
  }

  /// A folder that is gone afterwards.
  static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  @discardableResult
  private static func run(_ words: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(
      decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(words[0]): \(text)")
    return text
  }
}

/// The cells of a sheet that LibreOffice wrote, row by row.
func cells(_ sheet: String?) throws -> [[String]] {
  var rows: [[String]] = []
  var row: [String] = []
  var cell = ""
  var isQuoted = false
  var last: Unicode.Scalar?
  for scalar in try #require(sheet).unicodeScalars {
    switch scalar {
    case "\"":
      // The second of two within quotes is a quote of the text.
      if !isQuoted, last == "\"" { cell.unicodeScalars.append(scalar) }
      isQuoted.toggle()
    case "," where !isQuoted:
      row.append(cell)
      cell = ""
    case "\n" where !isQuoted:
      rows.append(row + [cell])
      (row, cell) = ([], "")
    default: cell.unicodeScalars.append(scalar)
    }
    last = scalar
  }
  return rows
}
