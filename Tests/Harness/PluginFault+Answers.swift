extension PluginFault {
  /// A matcher whose answer to a batch lies.
  package static let answers: [PluginFault] = [
    answer("a record is missing", "r, x[:-1]", "it answered 2 records of batch", "asked about 3"),
    answer("a record too many", "r, x + [[]]", "it answered 4 records of batch"),
    answer("no record", "r, []", "it answered 0 records of batch"),
    answer(
      "another question's number", "r + 7, x", "it answered 3 records of batch", "asked about 3"),
    answer("5,000 records", "r, [[]] * 5000", "5000 records, more than the 4096 of a batch"),
    answer("records' ends that fall", "r, x, record_ends=[2, 1, 3]", "ends do not rise"),
    answer("records' ends beyond the keys", "r, x, record_ends=[1, 2, 9]", "ends do not rise"),
    answer("keys' ends that fall", "r, x, value_ends=[9, 4, 15]", "ends do not rise"),
    answer("keys' ends beyond the bytes", "r, x, value_ends=[5, 10, 4000000000]", "do not rise"),
    answer("a rule beyond the list", "r, x, rules=[0, 9, 0]", "named the rule 9"),
    answer("the last possible rule", "r, x, rules=[65535, 0, 0]", "named the rule 65535"),
    answer("a near rule where an exact one was asked for", "r, x, rules=[0, 1, 0]", "the rule 1"),
    answer(
      "too many keys of a record", "r, [[b'k'] * 5000, [], []]", "5000 keys, 5000 of one record"),
    answer("a key that is too long", "r, [[b'k' * 1025], [], []]", "a key has 1025 bytes"),
    answer("an empty key", "r, [[b''], [], []]", "a key has 0 bytes"),
    answer(
      "a verdict on a record that is not there",
      "r, x, struct.pack('<III', 3, 1, 1) + b'x', 1", "a verdict of 1 bytes on record 3 of 3"),
    answer(
      "a verdict of no kind", "r, x, struct.pack('<III', 0, 7, 1) + b'x', 1",
      "a verdict is of kind 7"),
    answer(
      "a verdict of 2,000 bytes", "r, x, struct.pack('<III', 0, 1, 2000) + b'x' * 2000, 1",
      "a verdict of 2000 bytes"),
    answer("more verdicts than bytes", "r, x, b'', 0xffffffff", "a frame counts 4294967295"),
    body("counts that no frame holds", "struct.pack('<IIII', r, 3, 0xffffffff, 0xffffffff)"),
    body("counts that only the bytes belie", "struct.pack('<IIII', r, 3, 1 << 24, 0) + bytes(64)"),
    body("an answer that is cut", "keys(r, x)[:-3]"),
    body("an answer with more behind it", "keys(r, x) + b'more'", "4 bytes too many"),
    body("nothing", "b''", "too early"),
  ]

  private static func answer(_ name: String, _ call: String, _ words: String...) -> PluginFault {
    PluginFault(name, lines("keys(\(call))"), words: words)
  }

  private static func body(
    _ name: String, _ body: String, _ words: String = "a frame counts|too early|before the last"
  ) -> PluginFault {
    PluginFault(name, lines(body), words: [words])
  }

  private static func lines(_ body: String) -> String {
    "def batch(r, matcher, side, purpose, x): write(KEYS, \(body))"
  }

  /// A matcher that says what it may not when it is made.
  package static let makings: [PluginFault] = [
    made("a secret attribute", "attributes=['unicodePwd']", "holds secrets, which no plugin gets"),
    made("a secret attribute in capitals", "attributes=['MS-MCS-ADMPWD']", "holds secrets"),
    made(
      "not an attribute's name", "attributes=['mail)(objectClass=*']",
      "is not an attribute's name"),
    made("an attribute's option", "attributes=['member;range=0-9']", "is not an attribute's name"),
    made("65 attributes", "attributes=['a'] * 65", "too many rules or attributes"),
    made(
      "an unknown field", "fields=['password']", "not a field of a tenant user; known: userName"),
    made("300 rules", "rules=[{'code': 'a', 'attributes': [], 'fields': []}] * 300", "too many"),
    made("an unknown mode", "mode='some'", "'some' is not a mode; known: first, all"),
    made(
      "a rule on what is not read", rule("'code': 'a'", "['mail']"), "what the matcher does not"),
    made("a tier beyond 63", rule("'code': 'a', 'tier': 64"), "a tier beyond 63"),
    made(
      "a rule of two kinds", rule("'code': 'a', 'near': 'near-miss:accent'"),
      "either a 'code' or a 'near'"),
    made("a rule of no kind", rule("'tier': 0"), "a 'code' or a 'near'"),
    made("a code that is no word", rule("'code': 'a b'"), "'a b' is not a rule's code"),
    made(
      "an unknown near miss", rule("'near': 'near-miss:moon'"),
      "not a kind of near miss; known"),
  ]

  private static func rule(_ meaning: String, _ attributes: String = "[]") -> String {
    "rules=[{\(meaning), 'attributes': \(attributes), 'fields': []}]"
  }

  private static func made(_ name: String, _ other: String, _ words: String...) -> PluginFault {
    let lines = """
      def make(order):
          empty = dict(type="made", attributes=[], fields=[], rules=[])
          tell(**(empty | dict(\(other))))
      """
    return PluginFault(name, lines, words: words)
  }

  /// A plugin that is not what its manifest says.
  package static let greetings: [PluginFault] = [
    PluginFault(
      "it refuses the version",
      "def hello(host): tell(type='refuse', contract={'oldest': 2, 'newest': 3})",
      "the plugin speaks version 2 to 3 of the contract, this tenantctl 1",
      "or a newer tenantctl"),
    greeting("contract 99", "contract=99", "speaks version 99 of the contract, this tenantctl 1"),
    greeting("contract 0", "contract=0", "speaks version 0", "install a version of the plugin"),
    greeting("another name", "name='other'", "it is the matcher 'other' 1, the manifest"),
    greeting("another kind", "kind='exporter'", "it is the exporter 'fake' 1, the manifest"),
    greeting("another version", "version='2'", "the matcher 'fake' 2, the manifest the matcher"),
    greeting("other options", "options=[]", "declares other options than its manifest"),
    greeting("an unknown kind", "kind='spy'", "a control frame is unknown"),
    greeting("a version without end", "contract=10 ** 30", "a control frame is unknown"),
    PluginFault(
      "it greets with another message", "def hello(host): tell(type='done')", "out of place"),
  ]

  private static func greeting(_ name: String, _ other: String, _ words: String...) -> PluginFault {
    let lines = """
      def hello(host):
          tell(**(dict(type="hello", contract=1, kind=KIND, name=NAME, version="1", features=[],
                       options=OPTIONS) | dict(\(other))))
      """
    return PluginFault(name, lines, words: words)
  }

  /// An exporter that breaks off, or writes without end.
  package static let exports: [PluginFault] = [
    PluginFault(
      "it floods", "def rows(body):\n    while True: write(BYTES, b'x' * 1000000)",
      "it wrote more than", "and was stopped"),
    PluginFault(
      "it floods with nothing", "def rows(body):\n    while True: write(BYTES, b'')",
      "it sent an empty part of a file"),
    PluginFault(
      "it floods in begin", "def begin(order):\n    while True: write(BYTES, b'x' * 1000000)",
      "it wrote more than"),
    PluginFault(
      "it forgets 'done'", "def rows(body): write(BYTES, b'x')", "did not answer within",
      timesOut: true),
    PluginFault(
      "it drips",
      "def rows(body):\n    while True: write(BYTES, b'x'); time.sleep(0.01)",
      "did not answer within", timesOut: true),
    PluginFault(
      "it cuts the file into crumbs", "def rows(body):\n    while True: write(BYTES, b'x')",
      "parts and was stopped|did not answer within", timesOut: true),
    PluginFault(
      "it complains at length",
      "def rows(body): tell(type='error', message='paper jam ' * 50000)", "paper jam"),
    PluginFault(
      "it complains", "def rows(body): tell(type='error', message='paper jam')", "paper jam"),
    PluginFault("it ends in 'end'", "def end(order): sys.exit(9)", "it ended (exit code 9)"),
    PluginFault(
      "it sends keys", "def rows(body): write(KEYS, b'')", "kind 3 in place of a file's part"),
  ]

  private init(_ description: String, _ lines: String, words: [String]) {
    self.description = description
    self.lines = lines
    self.words = words
    timesOut = false
  }
}
