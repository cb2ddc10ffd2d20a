/// What is exported: known before the first row.
public struct ExportHeader: Sendable {
  /// The tenant's name.
  public var tenant: String
  /// The run that the snapshot comes from; nil for `--live`.
  public var run: Int?
  /// When the run began, as RFC 3339 in UTC.
  public var startedAt: String
  /// When the run ended, as RFC 3339 in UTC.
  public var completedAt: String
  /// True if the directory was read now and nothing was stored.
  public var live: Bool
  /// Rows of the whole snapshot by state, in the order of the state's definition, states without
  /// rows left out.
  public var countsByState: [(state: String, count: Int)]
  /// Rows with status `Matched`.
  public var matched: Int
  /// Rows with status `Not Matched`.
  public var notMatched: Int
  /// The columns that every batch will have, in order.
  public var columns: [RowColumn]
  /// True if cells must not be changed to be safe in a spreadsheet (R5).
  public var exact: Bool
  /// True if the file is to begin with a byte order mark.
  public var byteOrderMark: Bool
  /// The exporter's own options, with the defaults filled in.
  public var options: OptionValues

  /// Makes a header.
  public init(
    tenant: String, run: Int?, startedAt: String, completedAt: String, live: Bool,
    countsByState: [(state: String, count: Int)], matched: Int, notMatched: Int,
    columns: [RowColumn], exact: Bool = false, byteOrderMark: Bool = false,
    options: OptionValues = OptionValues()
  ) {
    self.tenant = tenant
    self.run = run
    self.startedAt = startedAt
    self.completedAt = completedAt
    self.live = live
    self.countsByState = countsByState
    self.matched = matched
    self.notMatched = notMatched
    self.columns = columns
    self.exact = exact
    self.byteOrderMark = byteOrderMark
    self.options = options
  }
}

/// What is known beside the rows; given after the last one.
public struct ExportSummary: Sendable {
  /// A link whose directory user has no row (S5).
  public struct VanishedLink: Sendable, Equatable, Codable {
    /// `source-deleted`, `source-out-of-scope`, `source-unseen` or `user-missing`.
    public var state: String
    /// The directory user's GUID.
    public var objectGUID: String
    /// The directory user's domain when it was last seen.
    public var domain: String
    /// The directory user's login when it was last seen.
    public var login: String
    /// The tenant user.
    public var userName: String

    /// Makes a value.
    public init(
      state: String, objectGUID: String, domain: String, login: String, userName: String
    ) {
      self.state = state
      self.objectGUID = objectGUID
      self.domain = domain
      self.login = login
      self.userName = userName
    }
  }

  /// A note beside a row or the run; it changes no status.
  public struct Finding: Sendable, Equatable, Codable {
    /// The stable code, such as `duplicate-guid`.
    public var code: String
    /// Whom it is about: a directory login, a user name, or nothing for the run.
    public var subject: String?
    /// One sentence.
    public var message: String

    /// Makes a finding.
    public init(code: String, subject: String?, message: String) {
      self.code = code
      self.subject = subject
      self.message = message
    }
  }

  /// A later run that failed, so that the rows are older than they should be (R3).
  public struct Failure: Sendable, Equatable, Codable {
    /// The failed run.
    public var run: Int
    /// When it failed, as RFC 3339 in UTC.
    public var at: String
    /// Why.
    public var message: String

    /// Makes a failure.
    public init(run: Int, at: String, message: String) {
      self.run = run
      self.at = at
      self.message = message
    }
  }

  /// Links without a row.
  public var vanishedLinks: [VanishedLink]
  /// User names of the tenant unclaimed users, in their order.
  public var unclaimed: [String]
  /// Findings of the run.
  public var findings: [Finding]
  /// The later run that failed, if any.
  public var lastFailure: Failure?

  /// Makes a summary.
  public init(
    vanishedLinks: [VanishedLink] = [], unclaimed: [String] = [], findings: [Finding] = [],
    lastFailure: Failure? = nil
  ) {
    self.vanishedLinks = vanishedLinks
    self.unclaimed = unclaimed
    self.findings = findings
    self.lastFailure = lastFailure
  }
}

/// Turns rows into bytes, batch by batch.
///
/// Duties of an implementation, checked by `PluginTesting`:
/// - The calls come as ``begin(_:)``, any number of ``write(_:)``, ``end(_:)``; the bytes of all
///   calls in order are the file.
/// - The same input gives the same bytes, however the rows are cut into batches (R4).
/// - Memory is bounded by the batch: it keeps no rows.
public protocol Exporter {
  /// Starts the file.
  mutating func begin(_ header: ExportHeader) throws -> [UInt8]
  /// Adds rows.
  mutating func write(_ batch: RowBatch) throws -> [UInt8]
  /// Ends the file.
  mutating func end(_ summary: ExportSummary) throws -> [UInt8]
  /// Ends the file and hands its rest on in parts, in order: for formats whose bytes are known at
  /// the end only, so that they need not lie in memory at once.
  mutating func end(_ summary: ExportSummary, to sink: ([UInt8]) throws -> Void) throws
}

extension Exporter {
  /// Most exporters have little to say at the end.
  public mutating func end(_ summary: ExportSummary, to sink: ([UInt8]) throws -> Void) throws {
    try sink(end(summary))
  }
}

/// What an exporter says of itself.
public struct ExporterDeclaration: Sendable {
  /// The name for `--format`.
  public let name: String
  /// The plugin's own version.
  public let version: String
  /// The version of the contract that it was written for.
  public let contractVersion: Int
  /// One line: what it does.
  public let summary: String
  /// The extension of its files, without a dot.
  public let fileExtension: String
  /// The media type of its files.
  public let mediaType: String
  /// True if it can begin before all rows are known.
  public let streams: Bool
  /// False if its files are the same whatever the summary says, which then need not be worked out.
  public let usesSummary: Bool
  /// The columns that it writes unless others are asked for.
  public let columns: [RowColumn]
  /// The options that it takes (`--option NAME=VALUE`).
  public let options: [OptionDeclaration]

  /// Makes a declaration.
  public init(
    name: String, version: String, contractVersion: Int = 1, summary: String,
    fileExtension: String, mediaType: String, streams: Bool = true, usesSummary: Bool = true,
    columns: [RowColumn] = RowColumn.standard, options: [OptionDeclaration] = []
  ) {
    self.name = name
    self.version = version
    self.contractVersion = contractVersion
    self.summary = summary
    self.fileExtension = fileExtension
    self.mediaType = mediaType
    self.streams = streams
    self.usesSummary = usesSummary
    self.columns = columns
    self.options = options
  }
}

/// An exporter plugin: its declaration and how to make one for a file.
public struct ExporterPlugin: Sendable {
  /// What the plugin says of itself.
  public let declaration: ExporterDeclaration
  /// Makes an exporter for one file.
  public let make: @Sendable () throws -> any Exporter

  /// Makes a plugin.
  public init(
    _ declaration: ExporterDeclaration, make: @escaping @Sendable () throws -> any Exporter
  ) {
    self.declaration = declaration
    self.make = make
  }
}
