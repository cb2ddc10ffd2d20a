/// Random numbers that are the same in every run, so that a failure can be looked at again
/// (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 on.
  package mutating func number(below limit: Int) -> Int {
    Int.random(in: 0..<max(limit, 1), using: &self)
  }

  /// Any bytes, also none.
  package mutating func bytes(upTo length: Int) -> [UInt8] {
    (0..<number(below: length + 1)).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  /// Text with letters of one to four bytes.
  package mutating func text(upTo length: Int) -> String {
    let letters = Array("aB3 @\\|ßäÉı漢😀\u{301}")
    return String(
      (0..<number(below: length + 1)).map { _ in letters[number(below: letters.count)] })
  }
}
