internal import Administration
internal import Authorization
internal import Hummingbird
internal import TenantCore

/// Application Management > Global > System Configuration > Active Directory Configuration.
struct ConfigurationPages: Sendable {
  let pages: Pages

  private static let path = PageSection.configuration.path

  func add(to router: Router<WebContext>) {
    pages.page(router, "/active-directory-configuration", "test-connection") { visit in
      let linked = try await visit.authorized.session.linkCount()
      return try visit.answer(Self.values(visit, linked: linked))
    }
    pages.form(
      router, "/active-directory-configuration/test-connection", "test-connection"
    ) { visit, form in
      guard let domain = form["domain"] else { throw WebFailure.notFound }
      let steps = try await visit.authorized.testConnection(domain)
      return try visit.answer(Self.values(visit, domain, steps))
    }
    pages.form(
      router, "/active-directory-configuration/unlink-synced-users", "unlink"
    ) { visit, form in
      let targets = try await visit.authorized.session.linkedUsers().map(LinkTarget.user)
      guard !targets.isEmpty else {
        return visit.redirect(
          visit.href(Self.path), Flash(tone: .warn, text: "Nobody is linked."))
      }
      return try await ChangePreview(
        visit: visit, form: form, title: "Unlink synced users", lead: "would be unlinked",
        done: "unlinked", confirmLabel: "Unlink synced users", isDanger: true,
        action: "\(Self.path)/unlink-synced-users", count: targets.count,
        warning: "None of them is linked again by itself until it is allowed again."
      ).answer { dryRun in
        try await visit.authorized.session.unlink(
          targets, reason: try LinkPages.reason(form), dryRun: dryRun)
      }
    }
  }

  private static func frame(_ visit: PageVisit, _ title: String) -> PageFrame {
    let isHere = title == PageSection.configuration.title
    return visit.frame(
      title,
      crumbs: PageSection.configuration.place + [
        (PageSection.configuration.title, isHere ? nil : visit.href(path))
      ] + (isHere ? [] : [(title, nil)]))
  }

  private static func values(_ visit: PageVisit, linked: Int) -> ConfigurationPageValues {
    let tenant = visit.tenant
    let facts = ConfigurationFacts(tenant: tenant, access: visit.authorized.session.policy)
    return ConfigurationPageValues(
      frame: frame(visit, PageSection.configuration.title),
      noDirectory: tenant.directories.isEmpty, file: "\(tenant.name).yaml",
      directories: tenant.directories.map {
        ConfigurationPageValues.DirectoryFacts(
          domain: $0.domain, testAction: visit.href("\(path)/test-connection"),
          facts: facts.facts(of: $0))
      },
      sections: facts.sections.map {
        ConfigurationPageValues.Section(heading: $0.heading, facts: $0.facts)
      },
      unlinkText: linked == 1
        ? "1 user is linked." : "\(PageWords.count(linked, "user")) are linked.",
      canUnlinkAll: linked > 0, unlinkAllAction: visit.href("\(path)/unlink-synced-users"))
  }

  private static func values(
    _ visit: PageVisit, _ domain: String, _ steps: [ConnectionStep]
  ) -> ConnectionPageValues {
    let failed = steps.filter { !$0.succeeded }.count
    var targets: [String] = []
    for step in steps where !targets.contains(step.target) { targets.append(step.target) }
    return ConnectionPageValues(
      frame: frame(visit, "Test Connection to \(domain)"),
      testAction: visit.href("\(path)/test-connection"), domain: domain,
      tone: failed == 0 ? .good : .bad,
      lead: failed == 0
        ? "Every step was done." : "\(failed) of \(PageWords.count(steps.count, "step")) failed.",
      backHref: visit.href(path),
      groups: targets.map { target in
        ConnectionPageValues.Group(
          target: DisplayText.safe(target),
          steps: steps.filter { $0.target == target }.map(ConnectionPageValues.Step.init))
      })
  }
}

/// What the page of the configuration is filled with.
struct ConfigurationPageValues: PageValues {
  static let template = "configuration"

  /// A directory as it is configured.
  struct DirectoryFacts: Sendable {
    let domain: String
    let testAction: String
    let facts: [Fact]
  }

  /// What is said beside the directories.
  struct Section: Sendable {
    let heading: String
    let facts: [Fact]
  }

  let frame: PageFrame
  let noDirectory: Bool
  let file: String
  let directories: [DirectoryFacts]
  let sections: [Section]
  let unlinkText: String
  let canUnlinkAll: Bool
  let unlinkAllAction: String
}

/// What the page of a connection's test is filled with.
struct ConnectionPageValues: PageValues {
  static let template = "test-connection"

  /// What was done at one place.
  struct Group: Sendable {
    let target: String
    let steps: [Step]
  }

  /// What was done, and how it ended.
  struct Step: Sendable {
    let step: String
    let isOK: Bool
    let result: String
    let message: String

    init(_ step: ConnectionStep) {
      self.step = step.name.rawValue
      isOK = step.succeeded
      result = step.succeeded ? "OK" : "Failed"
      message = DisplayText.safe(step.message)
    }
  }

  let frame: PageFrame
  let testAction: String
  let domain: String
  let tone: Tone
  let lead: String
  let backHref: String
  let groups: [Group]
}
