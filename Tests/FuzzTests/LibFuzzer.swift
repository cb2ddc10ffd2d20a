import Foundation

/// What libFuzzer calls with each input. `FUZZ_TARGET` names the parser.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  try? target.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// Chosen once.
private let target: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget.named(name) else {
    let known = FuzzTarget.all.map(\.name).joined(separator: "\n")
    // The script asks for the names in this way.
    print(known)
    exit(name == "list" ? 0 : 64)
  }
  return target
}()
