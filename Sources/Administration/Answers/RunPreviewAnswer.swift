internal import PluginContract
internal import TenantCore

/// How far a preview of a run is, and what it says once it is made.
package struct RunPreviewAnswer: Encodable, Sendable {
  /// A directory user, and the user whom it is, was or would be linked to.
  struct Pair: Encodable, Sendable {
    let account: String
    @OrNull var userName: String?
  }

  /// What would change in a user.
  struct Update: Encodable, Sendable {
    let userName: String
    let fields: [Field]
  }

  /// A field's old and new value; nil is blank.
  struct Field: Encodable, Sendable {
    let field: String
    @OrNull var old: String?
    @OrNull var new: String?
  }

  /// Many, of whom some are named.
  struct Listed<Element: Encodable & Sendable>: Encodable, Sendable {
    let count: Int
    let first: [Element]
  }

  /// What a run would do if its limits were lifted.
  struct Preview: Encodable, Sendable {
    let at: Timestamp
    let refusals: [String]
    @OrNull var before: CountsAnswer?
    let after: CountsAnswer
    let vanishing: Listed<Pair>
    let unmatching: Listed<Pair>
    let linking: Listed<Pair>
    let updating: Listed<Update>
  }

  let running: Bool
  @OrNull var phase: String?
  let count: Int
  /// Why the latest one could not be made.
  @OrNull var message: String?
  /// Nil until it is made, and again after the next run.
  @OrNull var preview: Preview?

  /// Tells how far a preview is.
  package init(
    running: Bool, phase: String?, count: Int, message: String?, preview: RunPreview?
  ) {
    self.running = running
    self.phase = phase
    self.count = count
    self.message = message
    self.preview = preview.map(Preview.init)
  }
}

extension RunPreviewAnswer.Preview {
  init(_ preview: RunPreview) {
    at = preview.at
    refusals = preview.refusals
    before = preview.before.map(CountsAnswer.init)
    after = CountsAnswer(preview.after)
    vanishing = Self.pairs(preview.vanishing)
    unmatching = Self.pairs(preview.unmatching)
    linking = Self.pairs(preview.linking)
    updating = RunPreviewAnswer.Listed(
      count: preview.updating.count,
      first: preview.updating.first.map { update in
        RunPreviewAnswer.Update(
          userName: update.userName,
          fields: update.fields.map {
            RunPreviewAnswer.Field(field: $0.field.rawValue, old: $0.old, new: $0.new)
          })
      })
  }

  private static func pairs(
    _ listed: RunPreview.Listed<RunPreview.Pair>
  ) -> RunPreviewAnswer.Listed<RunPreviewAnswer.Pair> {
    RunPreviewAnswer.Listed(
      count: listed.count,
      first: listed.first.map {
        RunPreviewAnswer.Pair(account: $0.account, userName: $0.userName)
      })
  }
}
