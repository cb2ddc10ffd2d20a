/// Lets global options stand before the command's own words: they are moved behind them, where the
/// parser expects them.
enum WordOrder {
  private static let valued: Set<String> = [
    "--tenants", "--state", "--plugins", "--plugin-timeout", "--log-level",
  ]
  private static let flags: Set<String> = ["--no-color", "--quiet"]
  private static let groups: Set<String> = ["users", "tenants", "access", "plugins", "help"]

  static func commandFirst(_ words: [String]) -> [String] {
    var rest = words[...]
    var moved: [String] = []
    while let word = rest.first, word.hasPrefix("-") {
      if flags.contains(word) || valued.contains(where: { word.hasPrefix($0 + "=") }) {
        moved.append(rest.removeFirst())
      } else if valued.contains(word), rest.count > 1 {
        moved += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else {
        break
      }
    }
    guard let command = rest.first, !command.hasPrefix("-") else { return words }
    let path = groups.contains(command) ? 2 : 1
    let own = Array(rest.dropFirst(path))
    return Array(rest.prefix(path)) + moved + (command == "review" ? namingRowStates(own) : own)
  }

  /// `review --state` means the state of a row, as a word; a folder of stores, which every command
  /// takes by the same name, is written with a slash.
  private static func namingRowStates(_ words: [String]) -> [String] {
    var words = words
    for (index, word) in words.enumerated() {
      if word == "--state", index + 1 < words.count, !words[index + 1].contains("/") {
        words[index] = "--row-state"
      } else if word.hasPrefix("--state="), !word.contains("/") {
        words[index] = "--row-state=" + word.dropFirst("--state=".count)
      }
    }
    return words
  }

  /// The `--tenants` of a command line that is not finished yet.
  static func options(in words: [String]) -> [String] {
    if let joined = words.last(where: { $0.hasPrefix("--tenants=") }) { return [joined] }
    guard let index = words.lastIndex(of: "--tenants"), index + 1 < words.count else { return [] }
    return Array(words[index...(index + 1)])
  }

  /// True if the words ask for JSON, even if they cannot be parsed otherwise.
  static func wantsJSON(_ words: [String]) -> Bool {
    words.contains("--output=json")
      || zip(words, words.dropFirst()).contains { $0 == ("--output", "json") }
  }
}
