import Administration
import Harness
import OperatingSystem
import TenantConfig
import TenantCore
import Testing
import YAMLFiles

@Suite("Tenant file: random damage")
struct MutationTests {
  private static let fragments = [
    "\0", "&a ", "*a", "!!x ", "<<: ", "---\n", "\t", "\n", "  ", ": ", "- ", "[", "]", "{", "}",
    "\"", "'", "|", ">", "%", "@", "#", "\\", "~", "null", "-1", "99999999999999999999", "\u{FEFF}",
    "\u{85}", "\u{2028}", "ä", "😀", "(&(", "OU=", ",", "? ",
  ].map { Array($0.utf8) }

  @Test("A damaged file is a tenant or a located error, never a crash", arguments: 0..<8)
  func mutations(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let original = Array(TenantFileReaderTests.complete.utf8)
    let reader = TenantFileReader(matchers: sampleMatchers)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) { Self.damage(&bytes, &random) }
      let path = try folder.write(bytes, to: "acme.yaml")
      do throws(TenantConfigError) {
        let file = try reader.read(path: path)
        #expect(file.tenant.name == "acme")
      } catch {
        #expect(error.code == .invalid)
        #expect(!error.problems.isEmpty)
        #expect(error.problems.allSatisfy { $0.position != nil })
      }
    }
  }

  private static func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
    let end = min(bytes.count, place + Int.random(in: 0...40, using: &random))
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes.removeSubrange(place..<end)
    case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 2: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
    case 3: bytes.removeLast(min(bytes.count, Int.random(in: 0...200, using: &random)))
    case 4: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
    default:
      let fragment = fragments.randomElement(using: &random) ?? []
      bytes.insert(contentsOf: fragment, at: place)
    }
    if bytes.isEmpty { bytes = [0x7B] }
  }
}
