internal import Authorization
internal import Hummingbird
internal import Reconciliation
internal import TenantCore
internal import Workbench

/// Application Management > Global > System Configuration > Active Directory Configuration.
struct ConfigurationPages: Sendable {
  let pages: Pages

  private static let path = PageSection.configuration.path

  func add(to router: Router<WebContext>) {
    pages.page(router, "/active-directory-configuration", "test-connection") { visit in
      let linked = try await visit.administration.store().linkCount()
      return try visit.answer("configuration", Self.values(visit, linked: linked))
    }
    pages.form(
      router, "/active-directory-configuration/test-connection", "test-connection"
    ) { visit, form in
      guard let domain = form["domain"] else { throw WebFailure.notFound }
      let steps = try await visit.administration.testConnection(domain)
      return try visit.answer("test-connection", Self.values(visit, domain, steps))
    }
    pages.form(
      router, "/active-directory-configuration/unlink-synced-users", "unlink"
    ) { visit, form in
      let store = try await visit.administration.store()
      let targets = try await store.links().map { LinkTarget.user($0.userName) }
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
        try await visit.administration.unlink(
          targets, reason: try LinkPages.reason(form), dryRun: dryRun)
      }
    }
  }

  private static func frame(_ visit: PageVisit, _ title: String) -> [String: Any] {
    let isHere = title == PageSection.configuration.title
    return visit.frame(
      title,
      crumbs: PageSection.configuration.place + [
        (PageSection.configuration.title, isHere ? nil : visit.href(path))
      ] + (isHere ? [] : [(title, nil)]))
  }

  private static func values(_ visit: PageVisit, linked: Int) -> [String: Any] {
    let tenant = visit.tenant
    let facts = ConfigurationFacts(tenant: tenant, access: visit.administration.session.policy)
    return frame(visit, PageSection.configuration.title).with([
      "noDirectory": tenant.directories.isEmpty, "file": "\(tenant.name).yaml",
      "directories": tenant.directories.map { directory in
        [
          "domain": directory.domain, "testAction": visit.href("\(path)/test-connection"),
          "facts": FactWords.values(facts.facts(of: directory)),
        ] as [String: Any]
      },
      "sections": facts.sections.map { heading, facts in
        ["heading": heading, "facts": FactWords.values(facts)] as [String: Any]
      },
      "unlinkText": linked == 1
        ? "1 user is linked." : "\(PageWords.count(linked, "user")) are linked.",
      "canUnlinkAll": linked > 0,
      "unlinkAllAction": visit.href("\(path)/unlink-synced-users"),
    ])
  }

  private static func values(_ visit: PageVisit, _ domain: String, _ steps: [ConnectionStep])
    -> [String: Any]
  {
    let failed = steps.filter { !$0.succeeded }.count
    var targets: [String] = []
    for step in steps where !targets.contains(step.target) { targets.append(step.target) }
    return frame(visit, "Test Connection to \(domain)").with([
      "testAction": visit.href("\(path)/test-connection"), "domain": domain,
      "tone": failed == 0 ? "good" : "bad",
      "lead": failed == 0
        ? "Every step was done." : "\(failed) of \(PageWords.count(steps.count, "step")) failed.",
      "text": "", "backHref": visit.href(path),
      "groups": targets.map { target in
        [
          "target": DisplayText.safe(target),
          "steps": steps.filter { $0.target == target }.map { step in
            [
              "step": step.name.rawValue, "isOK": step.succeeded,
              "result": step.succeeded ? "OK" : "Failed",
              "message": DisplayText.safe(step.message),
            ] as [String: Any]
          },
        ] as [String: Any]
      },
    ])
  }
}
