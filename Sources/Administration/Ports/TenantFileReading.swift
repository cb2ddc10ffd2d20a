package import Authorization
package import TenantCore

/// A tenant file that was read and found right.
package struct TenantFile: Sendable, Equatable {
  /// The tenant; all paths in it are absolute.
  package let tenant: Tenant
  /// Who may administer it: the `access` section, empty if there is none.
  package let access: AccessPolicy
  /// The user id of the file's owner, whom `fileOwner: true` means.
  package let owner: UInt32
  /// The file's absolute path.
  package let path: String
  /// The file as it was read; no secret is ever in one.
  package let text: String

  /// Makes a file's contents.
  package init(
    tenant: Tenant, access: AccessPolicy, owner: UInt32, path: String, text: String = ""
  ) {
    self.tenant = tenant
    self.access = access
    self.owner = owner
    self.path = path
    self.text = text
  }
}

/// Why a tenant file is refused.
package struct TenantFileRefusal: ClassifiedError, Sendable, CustomStringConvertible {
  /// One line for each problem, `file:line:column: message`; no line holds a secret.
  package let description: String
  /// True if it says only that this user cannot read the file, which is told to nobody (A5).
  package let isHidden: Bool
  /// Whom the file would give which roles; nil if that cannot be read. It says who may be told of the
  /// refusal, and lets nobody in.
  package let access: AccessPolicy?

  /// Makes a refusal.
  package init(_ description: String, isHidden: Bool = false, access: AccessPolicy? = nil) {
    self.description = description
    self.isHidden = isHidden
    self.access = access
  }

  package var failure: Failure { Failure(.configuration, description) }
}

/// A file of the folder of tenant files, right or refused.
package struct TenantFileEntry: Sendable {
  /// The file's name without `.yaml`; that of a refused one may be unfit for a tenant.
  package let name: String
  /// The file, as errors name it.
  package let path: String
  /// What it says, or why it is refused.
  package let file: Result<TenantFile, TenantFileRefusal>

  /// Makes an entry.
  package init(name: String, path: String, file: Result<TenantFile, TenantFileRefusal>) {
    self.name = name
    self.path = path
    self.file = file
  }
}

/// The tenant files of an installation. All is read anew by each call, and waits for files.
package protocol TenantFileReading: Sendable {
  /// One tenant's file; nil if there is none.
  ///
  /// - Parameter name: a tenant's name as somebody typed it.
  /// - Throws: ``TenantFileRefusal``, or what is wrong with the folder.
  func file(of name: String) throws -> TenantFile?

  /// Every file, in the order of the names; one that is wrong hides none of the others.
  ///
  /// - Throws: only if the folder itself is missing or unsafe.
  func files() throws -> [TenantFileEntry]

  /// The files to check, with the files of secrets that they name.
  ///
  /// - Parameter words: paths, or tenants by name; empty for all files of the folder.
  /// - Throws: only if the folder itself is missing or unsafe.
  func filesToValidate(_ words: [String]) throws -> [TenantFileEntry]
}
