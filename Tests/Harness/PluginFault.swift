/// One way in which a plugin misbehaves, and what a user must be told.
package struct PluginFault: Sendable, CustomStringConvertible {
  package let description: String
  /// Lines of Python for ``PythonPlugin/fault``.
  package let lines: String
  /// What the message holds; of words with a bar between them, one.
  package let words: [String]
  /// True if only the clock ends it.
  package let timesOut: Bool

  init(_ description: String, _ lines: String, _ words: String..., timesOut: Bool = false) {
    self.description = description
    self.lines = lines
    self.words = words
    self.timesOut = timesOut
  }

  /// The words that a message lacks.
  package func missing(in message: String) -> [String] {
    words.filter { words in !words.split(separator: "|").contains { message.contains($0) } }
  }
}

extension PluginFault {
  /// A matcher that ends or hangs.
  package static let endings: [PluginFault] = [
    PluginFault(
      "it ends at once", "say('no library'); sys.exit(3)", "it ended (exit code 3)", "no library"),
    PluginFault(
      "it ends in make",
      "def make(order): say('first'); say('no licence'); sys.exit(7)",
      "it ended (exit code 7) before it answered", "its last output: first / no licence"),
    PluginFault(
      "it raises an error in a batch", "def batch(*_): raise ValueError('bad value')",
      "exit code 1", "ValueError: bad value"),
    PluginFault(
      "it ends quietly in a batch", "def batch(*_): os._exit(0)", "it ended (exit code 0)"),
    PluginFault(
      "it crashes", "def batch(*_): ctypes.string_at(0)", "it was ended by signal 11"),
    PluginFault(
      "it closes its output and stays",
      """
      def batch(*_):
          OUTPUT.close()
          while True: time.sleep(1000)
      """, "it closed its output before it answered, and was stopped"),
    PluginFault(
      "it closes its input and ends", "os.close(0); os._exit(5)", "exit code 5"),
    PluginFault(
      "it hangs before the greeting", "while True: time.sleep(1000)", "did not greet within",
      timesOut: true),
    PluginFault(
      "it hangs in make", "def make(order): time.sleep(1000)", "did not answer within",
      timesOut: true),
    PluginFault(
      "it hangs in a batch, deaf to signals",
      """
      for number in range(1, 65):
          try: signal.signal(number, signal.SIG_IGN)
          except (OSError, ValueError): pass
      def batch(*_):
          say('thinking')
          while True: time.sleep(1000)
      """, "did not answer within", "and was stopped; its last output: thinking", timesOut: true),
    PluginFault(
      "half a frame comes",
      "def batch(*_): raw(struct.pack('<IBxxx', 100, KEYS) + b'half'); time.sleep(1000)",
      "did not answer within", timesOut: true),
    PluginFault(
      "standard error is flooded",
      "def batch(*_):\n    while True: say('x' * 5000)", "did not answer within", timesOut: true),
  ]

  /// A matcher that writes what is no frame, or one that is out of place.
  package static let frames: [PluginFault] = [
    PluginFault(
      "unasked frames",
      "greet = hello\ndef hello(host):\n    greet(host)\n    while True: tell(type='done')",
      "a frame that nobody asked for|out of place"),
    PluginFault(
      "endless bytes", "def batch(*_):\n    while True: raw(b'\\xff' * 65536)",
      "a frame's head is ff ff ff ff ff ff ff ff, which is not a frame's"),
    PluginFault(
      "an endless body",
      """
      def make(order):
          raw(struct.pack('<IBxxx', 1 << 27, KEYS))
          while True: raw(bytes(65536))
      """,
      "a frame of kind 3 out of place|a frame's head is 00 00 00 00 00 00 00 00"),
    PluginFault(
      "text in place of frames",
      "print('starting', file=OUTPUT) if False else raw(b'starting up\\n')",
      "a frame's head is 73 74 61 72 74 69 6e 67"),
    PluginFault(
      "a frame that is too long", "def batch(*_): raw(struct.pack('<IBxxx', (1 << 27) + 1, KEYS))",
      "a frame of 134217729 bytes is longer than the 134217728 allowed"),
    PluginFault(
      "an unknown kind", "def batch(*_): write(9, b'')", "a frame's head is 00 00 00 00 09 00 00 00"
    ),
    PluginFault(
      "bytes that must be zero", "def batch(*_): raw(struct.pack('<IBBH', 0, KEYS, 0, 1))",
      "a frame's head is 00 00 00 00 03 00 01 00"),
    PluginFault(
      "a kind that only the host sends", "def batch(*_): write(RECORDS, b'')",
      "a plugin must not send a frame of kind 2"),
    PluginFault(
      "a part of a file from a matcher", "def batch(*_): write(BYTES, b'x')",
      "a frame of kind 5 out of place"),
    PluginFault(
      "a control frame of 2 MB", "def make(order): write(CONTROL, b' ' * (2 << 20))",
      "a control frame of 2097152 bytes is longer than the 1048576 allowed"),
    PluginFault(
      "no JSON", "def make(order): write(CONTROL, b'{nonsense')",
      "a control frame is unknown (it is not a valid JSON object): {nonsense"),
    PluginFault(
      "JSON of another shape", "def make(order): tell(type='made', rules=3)",
      "a control frame is unknown"),
    PluginFault(
      "JSON of a million levels", "def make(order): write(CONTROL, b'[' * 1000000)",
      "a control frame is unknown (it is not a valid JSON object): [[[["),
    PluginFault(
      "JSON that is no UTF-8", "def make(order): write(CONTROL, b'{\"type\": \"\\xff\"}')",
      "a control frame is unknown"),
    PluginFault(
      "an empty control frame", "def make(order): write(CONTROL, b'')",
      "a control frame is unknown"),
    PluginFault(
      "an answer of another kind", "def batch(*_): tell(type='done')", "out of place"),
    PluginFault(
      "an error of its own", "def batch(*_): tell(type='error', message='cannot go on')",
      "cannot go on"),
    PluginFault(
      "an error that blames an option, in a batch",
      "def batch(*_): tell(type='error', message='cannot go on', option='word')", "cannot go on"),
  ]
}
