internal import Administration
internal import TenantCore

/// An overview for people: a line a tenant, and below the table why tenants need somebody.
extension OverviewAnswer {
  func text(_ style: TextStyle) -> String {
    var table = TextTable(
      [
        "Tenant", "AD users", "Matched", "Not Matched", "Attention", "Changed", "Reviewed",
        "Snapshot", "Needs somebody",
      ])
    for tenant in tenants { table.add(Self.cells(tenant)) }
    var lines = table.lines(width: Terminal.width, style: style)
    let needing = tenants.filter(\.needsSomebody)
    if !needing.isEmpty { lines.append("") }
    for tenant in needing {
      lines.append(style.bold(DisplayText.safe(tenant.tenant)))
      for trouble in tenant.troubles {
        lines += trouble.sentence.split(separator: "\n").map { "  \(DisplayText.safe($0))" }
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func cells(_ tenant: Tenant) -> [String] {
    func number(_ value: Int?) -> String { value.map { "\($0)" } ?? "-" }
    return [
      tenant.tenant, number(tenant.counts?.total), number(tenant.counts?.matched),
      number(tenant.counts?.notMatched),
      number(tenant.attention), number(tenant.changedSinceReview),
      tenant.lastReview.map { "\(ReviewTable.words($0.age)) ago" } ?? "never",
      tenant.snapshot.map { ReviewTable.words($0.age) } ?? "-",
      tenant.needsSomebody
        ? tenant.troubles.map { $0.code.replacing("-", with: " ") }.joined(separator: ", ") : "no",
    ]
  }
}
