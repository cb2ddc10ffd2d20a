package import Administration
internal import Foundation
internal import Logging
internal import TenantCore
internal import TenantStore

/// Two places of stores: one that tenants are copied from, and one that they are copied to.
package struct StorePair: Sendable {
  fileprivate let source: StoreLocation
  fileprivate let target: StoreLocation

  /// Reads both URLs.
  ///
  /// - Throws: an error whose failure is a usage error, without a secret.
  package init(
    from: String, fromPasswordFile: String?, to: String, toPasswordFile: String?
  ) throws {
    let environment = ProcessInfo.processInfo.environment
    source = try StoreLocation(from, passwordFile: fromPasswordFile, environment: environment)
    target = try StoreLocation(to, passwordFile: toPasswordFile, environment: environment)
    guard source.description != target.description else {
      throw Failure(.usage, "--from and --to are both \(source); name two places")
    }
  }

  /// What is wrong with the values of the options; nil if nothing is.
  package static func problem(
    from: String, fromPasswordFile: String?, to: String, toPasswordFile: String?
  ) -> String? {
    do {
      _ = try StorePair(
        from: from, fromPasswordFile: fromPasswordFile, to: to, toPasswordFile: toPasswordFile)
      return nil
    } catch {
      return Failure(error).message
    }
  }
}

extension Dependencies {
  /// What copies tenants from one place to the other.
  ///
  /// - Parameter replacesMoved: true to replace what the target still has of a tenant that moved away from there.
  package func copying(_ pair: StorePair, replacesMoved: Bool) -> any StoreCopying {
    StoreCopier(
      from: pair.source, to: pair.target, program: logger.label, replacesMoved: replacesMoved)
  }
}
