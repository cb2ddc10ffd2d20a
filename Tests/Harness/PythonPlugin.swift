/// A plugin in Python that behaves well, and lines that make it misbehave.
///
/// The matcher compares `sAMAccountName` with `userName`; the exporter writes the first column, a
/// line for each row. Each step is a function that the lines of a fault redefine.
package struct PythonPlugin: Sendable {
  /// What the plugin is for.
  package enum Kind: String, Sendable {
    case matcher, exporter
  }

  package var name = "fake"
  package var kind = Kind.matcher
  /// Lines after the good functions, so that they replace them.
  package var fault = ""
  /// Where in the manifest it stands: JSON of the `options` of `hello`, and YAML of those of the
  /// manifest.
  package var options = (
    hello: #"[{"name": "word", "type": "text", "default": "none", "summary": "any"}]"#,
    manifest: "{ word: { type: text, default: none, summary: any } }"
  )

  package init(_ kind: Kind = .matcher, name: String = "fake", fault: String = "") {
    self.kind = kind
    self.name = name
    self.fault = fault
  }

  /// The whole program.
  package var text: String {
    """
    #!/usr/bin/python3 -I
    import ctypes, json, os, signal, socket, struct, subprocess, sys, time
    NAME, KIND, OPTIONS = "\(name)", "\(kind.rawValue)", json.loads('\(options.hello)')
    \(Self.frames)
    \(Self.steps)
    \(fault)
    serve()

    """
  }

  private static let frames = """
    CONTROL, RECORDS, KEYS, ROWS, BYTES = 1, 2, 3, 4, 5
    INPUT, OUTPUT = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def read():
        head = INPUT.read(8)
        if len(head) < 8: return None, b""
        length, kind = struct.unpack("<IBxxx", head)
        return kind, INPUT.read(length)

    def raw(data):
        OUTPUT.write(data)
        OUTPUT.flush()

    def write(kind, body): raw(struct.pack("<IBxxx", len(body), kind) + body)

    def tell(**message): write(CONTROL, json.dumps(message).encode())

    def say(*words): print(*words, file=sys.stderr, flush=True)

    def numbers(values): return struct.pack(f"<{len(values)}I", *values)

    def packed(body, start, records):
        count, size = struct.unpack_from("<II", body, start)
        middle = start + 8 + 4 * records
        record_ends = struct.unpack_from(f"<{records}I", body, start + 8)
        value_ends = struct.unpack_from(f"<{count}I", body, middle)
        data = body[middle + 4 * count:middle + 4 * count + size]
        values = [data[a:b] for a, b in zip((0,) + value_ends, value_ends)]
        end = middle + 4 * count + size
        return [values[a:b] for a, b in zip((0,) + record_ends, record_ends)], end

    def question(body):
        request, matcher, side, purpose, directory, count, columns = struct.unpack_from(
            "<IIBBxxIII", body)
        values, start = [[]] * count, 24
        for _ in range(columns):
            has_canonical = struct.unpack_from("<I", body, start + 4)[0]
            values, start = packed(body, start + 8, count)
            if has_canonical: values, start = packed(body, start, count)
        return request, matcher, side, purpose, values

    def keys(request, records, verdicts=b"", verdict_count=0, record_ends=None, value_ends=None,
             rules=None):
        flat = [key for record in records for key in record]
        ends, total = [], 0
        for record in records:
            total += len(record)
            ends.append(total)
        sizes, size = [], 0
        for key in flat:
            size += len(key)
            sizes.append(size)
        return b"".join([
            struct.pack("<IIII", request, len(records), len(flat), size),
            numbers(ends if record_ends is None else record_ends),
            numbers(sizes if value_ends is None else value_ends), b"".join(flat),
            struct.pack(f"<{len(flat)}H", *(rules or [0] * len(flat))),
            b"\\0\\0" * len(flat), struct.pack("<I", verdict_count), verdicts])
    """

  private static let steps = """
    def hello(host):
        tell(type="hello", contract=1, kind=KIND, name=NAME, version="1", features=[],
             options=OPTIONS)

    def make(order):
        tell(type="made", attributes=["sAMAccountName"], fields=["userName"], rules=[
            {"code": "same", "attributes": ["sAMAccountName"], "fields": ["userName"]},
            {"near": "near-miss:accent", "attributes": ["sAMAccountName"], "fields": ["userName"]}])

    def batch(request, matcher, side, purpose, records):
        rules = [purpose] * sum(map(len, records))
        write(KEYS, keys(request, records, rules=rules))

    def begin(order): tell(type="done")

    def rows(body):
        count, width = struct.unpack_from("<II", body)
        values, _ = packed(body, 8, count)
        for value in values: write(BYTES, b"".join(value) + b"\\n")
        tell(type="done")

    def end(order): tell(type="done")

    def end_of_input(): pass

    def serve():
        while True:
            kind, body = read()
            if kind is None: return end_of_input()
            if kind == RECORDS: batch(*question(body))
            elif kind == ROWS: rows(body)
            else:
                message = json.loads(body)
                globals()[message["type"]](message)
    """
}
