import OperatingSystem
import TenantCore
import YAMLFiles

/// The keys of `bind`.
enum BindKeys {
  /// The words of `method`.
  enum Method: String, CaseIterable {
    case simple, gssapi
  }

  static let simple = Condition("method", "simple")
  static let gssapi = Condition("method", "gssapi")

  static let method = Key("method", Reading<Method>.choice, required: true)
  static let user = Key("user", .text, required: true, when: simple)
  static let password = Key("password", .secretSource, required: true, when: simple)
  static let keytab = Key("keytab", .secretPath, when: gssapi)
  static let principal = Key("principal", .text, when: gssapi)

  static let shape = ObjectShape(keys: [
    method.declaration, user.declaration, password.declaration, keytab.declaration,
    principal.declaration,
  ])
}

/// The keys of `bind.password`.
enum SecretKeys {
  static let file = Key("file", .passwordPath)
  static let env = Key("env", .text { NameSyntax.complaintAboutVariable($0) })
  static let command = Key("command", .list(of: .text, minimum: 1))

  static let shape = ObjectShape(
    keys: [file.declaration, env.declaration, command.declaration],
    alternatives: [.init(["file", "env", "command"])], namesUnknownKeys: false)
}

extension Reading where Value == LDAPSettings.Bind {
  static var bind: Reading {
    .object(BindKeys.shape) { section in
      let user = section.value(BindKeys.user)
      let password = section.value(BindKeys.password)
      let keytab = section.value(BindKeys.keytab)
      let principal = section.value(BindKeys.principal)
      switch section.value(BindKeys.method) {
      case .simple:
        return user.flatMap { user in password.map { .simple(user: user, password: $0) } }
      case .gssapi: return .gssapi(keytab: keytab, principal: principal)
      case nil: return nil
      }
    }
  }
}

extension Reading where Value == SecretSource {
  /// Where a secret comes from; the secret itself is refused, and not repeated in the message.
  fileprivate static var secretSource: Reading {
    let object = Reading.object(SecretKeys.shape) { section in
      let file = section.value(SecretKeys.file)
      let variable = section.value(SecretKeys.env)
      let command = section.value(SecretKeys.command)
      if let file { return .file(path: file) }
      if let variable { return .environment(name: variable) }
      return command.flatMap { words in
        words.first.map { .command([program($0, in: section.context.folder)] + words.dropFirst()) }
      }
    }
    return Reading(shape: object.shape) { input in
      guard case .scalar(let text, let isPlain) = input.node.content,
        PlainScalar(text, isPlain: isPlain) != .none
      else { return object.read(input) }
      return input.refuse(
        "\(input.name) must not hold the secret itself; write { file: PATH }, { env: NAME } or "
          + "{ command: [PROGRAM, ARGUMENT] }, and change the secret: it stood in this file")
    }
  }

  /// A program named by a relative path counts from the file's folder; a bare name is looked up
  /// on the search path when it is run.
  private static func program(_ word: String, in folder: String) -> String {
    word.contains("/") && !word.hasPrefix("/") ? folder + "/" + word : word
  }
}

extension Reading where Value == String {
  /// The path of a file with a secret, which is looked at where the context asks for it (A4).
  fileprivate static var secretPath: Reading {
    secretPath { FileSafety.problemOfSecret(at: $0) }
  }

  /// The same for a password, of which is looked at too whether it can be one.
  fileprivate static var passwordPath: Reading {
    secretPath { FileSafety.problemOfSecret(at: $0) ?? problemOfPassword(in: $0) }
  }

  private static func secretPath(_ problem: @escaping @Sendable (String) -> String?) -> Reading {
    path.map { path, input in
      if input.context.tenantFacts.checksSecretFiles, let problem = problem(path) {
        input.context.problems.report("\(input.name): \(problem)", at: input.node.position)
      }
      return path
    }
  }

  /// Nil also where this user may not look: whoever uses the password will.
  private static func problemOfPassword(in path: String) -> String? {
    guard let file = try? FileDescriptor(file: path), (try? file.status())?.isRegularFile == true,
      let bytes = try? file.bytes(limit: PasswordText.maximumBytes)
    else { return nil }
    return PasswordText.problem(of: bytes).map { "the password file '\(path)' \($0)" }
  }
}
