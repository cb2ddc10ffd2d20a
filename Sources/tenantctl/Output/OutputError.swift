internal import TenantCore

/// A file or stream that could not be written.
struct OutputError: ClassifiedError {
  /// Empty if the reader closed the pipe: there is nobody to tell.
  let message: String

  var failure: Failure { Failure(.storeFailure, message) }
}
