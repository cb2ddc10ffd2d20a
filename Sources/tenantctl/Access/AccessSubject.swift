internal import Administration
internal import ArgumentParser
internal import TenantCore

/// Whose access a command is about: that of somebody of a tenant, or of an operator of all tenants that name
/// one.
enum AccessSubject: Equatable {
  /// - Parameter name: of the local user or token.
  case tenant(String, name: String)
  /// - Parameter token: nil if it is about the operator.
  case `operator`(String, token: String?)

  /// Takes the words of `access add` and `access remove`.
  static func person(_ words: [String], operator: String?) throws -> AccessSubject {
    if let `operator` {
      guard words.isEmpty else {
        throw ValidationError("name a tenant and a local user, or --operator NAME, not both")
      }
      return .operator(`operator`, token: nil)
    }
    guard words.count == 2 else {
      throw ValidationError("name a tenant and a local user, or an operator with --operator NAME")
    }
    return .tenant(words[0], name: words[1])
  }

  /// Takes the words of `access token` and `access revoke`.
  static func token(_ words: [String], operator: String?) throws -> AccessSubject {
    if let `operator` {
      guard words.count == 1 else {
        throw ValidationError("with --operator NAME, name the token and no tenant")
      }
      return .operator(`operator`, token: words[0])
    }
    guard words.count == 2 else {
      throw ValidationError("name a tenant and a token, or --operator NAME and a token")
    }
    return .tenant(words[0], name: words[1])
  }
}

extension OperatorAccess {
  /// What is to be added to tenant files; nil if one names the operator already.
  var missingAssignment: String? {
    guard tenants.isEmpty else { return nil }
    return
      "no tenant file names the operator '\(name)', who cannot sign in until one does; add to each: "
      + "- { operator: \(name), roles: [ROLE] }"
  }
}

/// A command about somebody of a tenant, or about an operator.
protocol AccessSubjectCommand: OneTenantCommand {
  /// The tenant and a name, or with an operator what remains.
  var names: [String] { get }
  var `operator`: String? { get }
}

extension AccessSubjectCommand {
  /// The tenant that remedies name; empty with an operator.
  var tenant: String { `operator` == nil ? names.first ?? "" : "" }
}
