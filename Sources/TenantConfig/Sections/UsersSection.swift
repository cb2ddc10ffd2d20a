import TenantCore
import YAMLFiles

/// The keys of `users`.
enum UsersKeys {
  /// The words of `source`.
  enum Kind: String, CaseIterable {
    case store, csv
  }

  static let source = Key("source", Reading<Kind>.choice, required: true)
  static let file = Key("file", .path, required: true, when: Condition("source", "csv"))

  static let shape = ObjectShape(keys: [source.declaration, file.declaration])
}

extension Reading where Value == UsersSource {
  static var usersSource: Reading {
    .object(UsersKeys.shape) { section in
      let file = section.value(UsersKeys.file)
      switch section.value(UsersKeys.source) {
      case .store: return .store
      case .csv: return file.map { .csv(path: $0) }
      case nil: return nil
      }
    }
  }
}
