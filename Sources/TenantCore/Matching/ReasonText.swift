extension Reason {
  /// One plain English sentence: why the row has its state.
  public func message(for state: RowState) -> String { code }

  /// What an administrator does next; nil if there is nothing to do.
  public func nextStep(for state: RowState) -> String? { nil }
}
