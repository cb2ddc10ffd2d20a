import PluginContract
import TenantCore

@testable import ActiveDirectory
@testable import TenantConfig

extension FuzzTarget {
  /// Short texts: names, filters, moments, keys.
  static let texts = [
    FuzzTarget(name: "canonical-text") { bytes in
      guard let once = CanonicalText.of(bytes) else { return }
      claim(CanonicalText.of(once) == once, "canonical text is its own canonical form (M5)")
      _ = Likeness.withoutAccents(once[...])
      _ = Likeness.withoutSpaces(once[...])
      _ = Likeness.localPart(once[...])
    },
    FuzzTarget(name: "distinguished-name") { bytes in
      if let name = DistinguishedName(bytes) {
        claim(name.isWithin(name), "a name is within itself")
        claim(
          name.withoutDomain.components.count <= name.components.count,
          "a name without its domain is no longer")
      }
      let text = String(decoding: bytes, as: UTF8.self)
      if let name = try? DistinguishedName(strictly: text) {
        claim(name == DistinguishedName(text), "a name written to the letter is what servers read")
      }
    },
    FuzzTarget(name: "filter") { bytes in
      _ = FilterSyntax.complaint(about: String(decoding: bytes, as: UTF8.self))
    },
    FuzzTarget(name: "login") { bytes in
      let parts = bytes.split(separator: 0, maxSplits: 1)
      let text = String(decoding: parts.first ?? [], as: UTF8.self)
      let glob = LoginGlob(String(decoding: parts.dropFirst().first ?? [], as: UTF8.self))
      _ = glob.matches(canonical: Array(CanonicalText.of(text).utf8))
      guard let name = LoginName(text) else { return }
      let directories = [Directory(domain: "ACME", source: .csv(path: "/x"))]
      claim(!name.login.isEmpty, "a login is not empty")
      claim(!name.lookUps(in: directories).isEmpty, "each login can be looked for")
      _ = name.possibleDomains(in: directories)
    },
    FuzzTarget(name: "moment") { bytes in
      if let moment = Timestamp(String(decoding: bytes, as: UTF8.self)) {
        claim(Timestamp(moment.description) == moment, "a moment is read as it was written")
      }
      if let seconds = AttributeValue.seconds(generalizedTime: bytes) {
        _ = Timestamp(secondsSince1970: seconds).description
      }
      if let number = AttributeValue.integer(bytes) {
        _ = Timestamp(secondsSince1970: AttributeValue.seconds(fileTime: number)).description
      }
    },
    FuzzTarget(name: "row-key") { bytes in
      if let key = RowKey(String(decoding: bytes, as: UTF8.self)) {
        claim(RowKey(key.description) == key, "a row's key is read as it was written")
      }
      if let key = RowKey(packed: bytes) {
        claim(RowKey(packed: key.packed) == key, "a packed key is read as it was written")
      }
    },
  ]
}
