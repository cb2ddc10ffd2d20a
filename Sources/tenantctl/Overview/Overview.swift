internal import Administration
internal import ArgumentParser
internal import Foundation
internal import TenantCore
internal import Wiring

/// How an overview is written.
enum OverviewFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case table, json, csv
}

/// `tenantctl overview`: all tenants at a glance.
struct Overview: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show all tenants at a glance, those that need somebody first.",
    discussion: """
      One line for each tenant that you may administer: its AD users, how many of them are \
      matched, how many rows need a decision of a reviewer, how many changed since the last signed \
      review and how long ago that was, the age of its snapshot, and why it needs somebody. Nothing \
      is connected to and nothing is written. What is wrong with one tenant does not hide the others.

      Examples:
        tenantctl overview
        tenantctl overview --output csv > tenants.csv

      Exit codes: 0 done, even if tenants need somebody; 64 usage, 74 a store cannot be read, 78 a \
      tenant file, or the folder, is invalid. With several, the highest code.
      """)

  @Option(help: "The output format.") var output = OverviewFormat.table
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let now = Timestamp.now()
    let jobs = ProcessInfo.processInfo.activeProcessorCount
    let glances = try await global.tenants.overview(at: now, jobs: jobs)
    let answer = OverviewAnswer(glances, at: now) { CommandRemedy.clause($0, tenant: $1) }
    try StandardStreams.write(text(of: answer))
    say(answer)
    let failures = glances.flatMap(\.troubles).compactMap(\.failure)
    if let kind = failures.map(\.kind).max(by: { $0.exitCode < $1.exitCode }) {
      // The answer says it already.
      throw Failure(kind, "")
    }
  }

  private func text(of answer: OverviewAnswer) throws -> String {
    switch output {
    case .table: answer.text(global.style)
    case .json: try AnswerEncoder.text(answer)
    case .csv: answer.csv
    }
  }

  private func say(_ answer: OverviewAnswer) {
    let (count, needing) = (answer.tenants.count, answer.tenants.count(where: \.needsSomebody))
    guard count > 0 else { return global.notes.say("there is no tenant that you may administer") }
    let who = needing == 0 ? "none" : "\(needing)"
    global.notes.say(
      "\(count) \(count == 1 ? "tenant" : "tenants"), of which \(who) "
        + "\(needing > 1 ? "need" : "needs") somebody")
  }
}
