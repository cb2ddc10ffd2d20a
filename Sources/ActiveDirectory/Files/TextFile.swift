/// Text as Windows and Unix tools write it.
enum TextFile {
  /// The file as UTF-8: a byte order mark is taken off, UTF-16 with one is converted.
  static func utf8(of file: [UInt8], path: String) throws(DirectoryError) -> [UInt8] {
    if file.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(file.dropFirst(3)) }
    let isLittle = file.starts(with: [0xFF, 0xFE])
    guard isLittle || file.starts(with: [0xFE, 0xFF]) else { return file }
    let units = stride(from: 2, to: file.count - 1, by: 2).map { index in
      let (first, second) = (UInt16(file[index]), UInt16(file[index + 1]))
      return isLittle ? second << 8 | first : first << 8 | second
    }
    guard file.count.isMultiple(of: 2), let text = String(validating: units, as: UTF16.self) else {
      throw DirectoryError(.incomplete, "\(path):1: the file is not valid UTF-16")
    }
    return Array(text.utf8)
  }
}
