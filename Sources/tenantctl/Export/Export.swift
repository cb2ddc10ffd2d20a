internal import Administration
internal import ArgumentParser
internal import PluginContract
internal import Synchronization
internal import TenantCore

/// `tenantctl export`: all directory users, whatever a review was filtered by (R2).
struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write all AD users, matched or not, as CSV, JSON, HTML or another format.",
    discussion: """
      A file is written completely or not at all, and only its owner may read it. CSV cells that \
      a spreadsheet would run as a formula begin with ' unless --exact is given.

      Examples:
        tenantctl export acme > acme.csv
        tenantctl export --all --output-dir /srv/reviews --format json
        tenantctl export acme --columns activeDirectoryLogin,status,state,reasonMessage
        tenantctl export acme --columns objectGUID,activeDirectoryLogin,decision,note,until,for

      Exit codes: 0 done, 64 usage, 69 directory unavailable (--live), 70 plugin failed, \
      74 file not written, 75 no complete run yet, 77 permission denied, 78 invalid tenant file.
      """)

  @OptionGroup var selection: TenantSelection

  @Option(
    help: ArgumentHelp(
      "csv, json, ndjson, html or an outside plugin's; 'tenantctl plugins list' has all.",
      valueName: "name"))
  var format = "csv"

  @Option(
    name: .customLong("option"),
    help: ArgumentHelp(
      "An option of the format; 'tenantctl plugins show NAME' has them.", valueName: "name=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"))
  var output = "-"

  @Option(help: ArgumentHelp("Write <tenant>.<extension> into this folder.", valueName: "dir"))
  var outputDir: String?

  @Option(help: ArgumentHelp("Which columns, in which order: a,b,c.", valueName: "names"))
  var columns: String?

  @Flag(help: "Leave every cell as it is, for scripts.") var exact = false
  @Flag(help: "Begin with a byte order mark, for Excel.") var bom = false
  @Flag(help: "Read the directory now; store nothing.") var live = false

  @OptionGroup var parallel: JobOptions

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let registry = global.tenants
    let declaration = try registry.plugins.exporterDeclaration(named: format)
    let columns = try chosenColumns(declaration)
    let options = try OptionWords(settings).values(declared: declaration.options)
    if selection.isSeveral && outputDir == nil {
      throw ValidationError("several tenants need --output-dir, one file each")
    }
    if outputDir != nil && output != "-" {
      throw ValidationError("use either --output or --output-dir, not both")
    }
    try await SeveralTenants(
      names: try selection.names(registry), jobs: parallel.jobs, notes: global.notes
    ).each { name in
      try await export(name, declaration, columns, options, registry)
      return TenantAnswer()
    }
  }

  private func export(
    _ name: String, _ declaration: ExporterDeclaration, _ columns: [RowColumn],
    _ options: OptionValues, _ registry: TenantRegistry
  ) async throws {
    let session = try await registry.session(name, action: "export")
    try await session.withPlugins {
      try await export(session, name, declaration, columns, options)
    }
  }

  private func export(
    _ session: TenantSession, _ name: String, _ declaration: ExporterDeclaration,
    _ columns: [RowColumn], _ options: OptionValues
  ) async throws {
    var snapshot = try await session.snapshot(
      live: live, parts: PlanParts(shownBy: declaration, columns: columns),
      progress: global.progress(of: name))
    if !live { await session.recordExport("directory users as \(declaration.name)") }
    if columns.contains(where: { RowColumn.decisions.contains($0) }) {
      snapshot = try await session.withDecisions(snapshot)
    }
    var export = SnapshotExport(
      snapshot: snapshot,
      plugin: try session.exporter(named: declaration.name),
      columns: columns)
    export.isExact = exact
    export.hasByteOrderMark = bom
    export.options = options
    guard let path = path(name, declaration) else {
      return try await export.write(tenant: name) {
        try Interruption.check()
        try StandardStreams.write($0)
      }
    }
    let file = FileSink(try PartialFile(path))
    try await export.write(tenant: name) {
      try Interruption.check()
      try file.write($0)
    }
    try file.finish()
    global.notes.say("\(name): \(snapshot.run.counts.total) users written to \(path)")
  }

  private func path(_ tenant: String, _ declaration: ExporterDeclaration) -> String? {
    if let outputDir { return "\(outputDir)/\(tenant).\(declaration.fileExtension)" }
    return output == "-" ? nil : output
  }

  private func chosenColumns(_ declaration: ExporterDeclaration) throws -> [RowColumn] {
    guard let columns else { return declaration.columns }
    let names = columns.split(separator: ",").map(String.init)
    let unknown = names.filter { RowColumn(rawValue: $0) == nil }
    guard unknown.isEmpty, !names.isEmpty else {
      let known = RowColumn.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("unknown column \(unknown.joined(separator: ", ")); known: \(known)")
    }
    var chosen: [RowColumn] = []
    for column in names.compactMap(RowColumn.init(rawValue:)) where !chosen.contains(column) {
      chosen.append(column)
    }
    return chosen
  }
}

/// Lets the thread that reads the store write a file.
final class FileSink: Sendable {
  private let file: Mutex<PartialFile>

  init(_ file: sending PartialFile) { self.file = Mutex(file) }

  func write(_ bytes: [UInt8]) throws { try file.withLock { try $0.write(bytes) } }

  func finish() throws { try file.withLock { try $0.finish() } }
}
