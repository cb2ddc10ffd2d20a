/// What a kind of file is called in messages, and how to fix one that is invalid.
package struct FileKind: Sendable {
  /// One file, without an article: `tenant file`.
  package let name: String
  /// The folder that holds it, without an article: `folder of tenant files`.
  package let folderName: String
  /// What an empty file lacks: `at least the keys 'version' and 'tenant'`.
  package let needs: String
  /// What to do about one that is too large: `split it into several tenants`.
  package let remedyIfLarge: String

  package init(name: String, folderName: String, needs: String, remedyIfLarge: String) {
    self.name = name
    self.folderName = folderName
    self.needs = needs
    self.remedyIfLarge = remedyIfLarge
  }
}
