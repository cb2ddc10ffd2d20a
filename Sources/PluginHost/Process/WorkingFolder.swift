import Foundation
import Glibc
internal import YAMLFiles

/// The one folder that a plugin may write: made for one process, removed with all that is in it.
struct WorkingFolder: ~Copyable {
  let path: String
  let descriptor: Descriptor

  init() throws {
    let base = FileManager.default.temporaryDirectory.path
    var template = Array("\(base)/tenantctl-plugin-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw SystemFailure.last }
    let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let opened = try Descriptor(owning: unsafe open(made, O_DIRECTORY | O_CLOEXEC))
    path = made
    descriptor = opened
  }

  deinit {
    FolderRemoval.empty(descriptor)
    unsafe rmdir(path)
  }
}
