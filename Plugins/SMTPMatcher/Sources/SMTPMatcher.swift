package import PluginContract

/// The plugin: `matcher: smtp` (M4).
package let smtpMatcher = MatcherPlugin(
  MatcherDeclaration(
    name: "smtp", version: "1.0.0",
    summary: "the user's email against mail and, optionally, proxyAddresses",
    options: [
      OptionDeclaration(
        "proxyAddresses", .boolean, default: .boolean(false),
        "also compare every smtp: address of proxyAddresses")
    ])
) { context in SMTPMatcher(readsProxies: context.options.boolean("proxyAddresses")) }

/// Compares the tenant user's email with a directory user's addresses.
struct SMTPMatcher: Matcher {
  let rules: [KeyRule]
  let attributes: [String]
  let fields: [TenantField] = [.email]
  private let likeness: AddressLikeness
  private static let primaryRule = 0
  private static let proxyRule = 1

  init(readsProxies: Bool) {
    let primary = KeyRule(
      code: "smtp-primary", matcher: "smtp", attributes: ["mail"], fields: [.email])
    let proxy = KeyRule(
      code: "smtp-proxy", matcher: "smtp", attributes: ["proxyAddresses"], fields: [.email])
    let exact = readsProxies ? [primary, proxy] : [primary]
    likeness = AddressLikeness(firstRule: exact.count)
    rules = exact + AddressLikeness.rules
    attributes = readsProxies ? ["mail", "proxyAddresses"] : ["mail"]
  }

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    let name = side == .directory ? "mail" : TenantField.email.rawValue
    let addresses = batch.column(name)?.canonical
    let proxies =
      side == .directory && attributes.contains("proxyAddresses")
      ? batch.column("proxyAddresses")?.canonical : nil
    var keys = KeyBatch()
    keys.reserve(records: batch.count, keys: batch.count, bytes: addresses?.bytes.count ?? 0)
    for record in 0..<batch.count {
      switch purpose {
      case .candidates:
        addAddresses(addresses, record, to: &keys)
        addProxies(proxies, besides: addresses, record, to: &keys)
      case .explanation:
        likeness.addKeys(addresses, record, to: &keys)
      }
      keys.endRecord()
    }
    return keys
  }

  private func addAddresses(_ column: PackedColumn?, _ record: Int, to keys: inout KeyBatch) {
    guard let column else { return }
    let (bytes, values) = (column.bytes.span, column.values(of: record))
    for value in values {
      keys.add(
        bytes.extracting(column.byteRange(ofValue: value)), rule: Self.primaryRule,
        valueIndex: value - values.lowerBound)
    }
  }

  /// An address that stands in `mail` too is the primary one and no proxy.
  private func addProxies(
    _ column: PackedColumn?, besides mails: PackedColumn?, _ record: Int, to keys: inout KeyBatch
  ) {
    guard let column else { return }
    for (index, value) in column.values(of: record).enumerated() {
      guard let address = ProxyAddress.smtpAddress(in: column.value(value)) else { continue }
      let isPrimary =
        mails.map { mails in
          mails.values(of: record).contains { mails.value($0) == address }
        } ?? false
      if !isPrimary { keys.add(address, rule: Self.proxyRule, valueIndex: index) }
    }
  }
}

/// The near keys of `smtp`: spaces, look-alikes, the form of the address, accents, and the same part
/// before the `@`.
private struct AddressLikeness {
  /// The index of the first of ``rules`` among the matcher's.
  let firstRule: Int

  static let rules = [NearMissKind.whitespace, .lookAlike, .form, .accent, .localPart].map {
    KeyRule.near($0, matcher: "smtp", attributes: ["mail"], fields: [.email])
  }

  func addKeys(_ column: PackedColumn?, _ record: Int, to keys: inout KeyBatch) {
    guard let column else { return }
    for (index, position) in column.values(of: record).enumerated() {
      let value = column.value(position)
      keys.add(Likeness.withoutSpaces(value), rule: firstRule, valueIndex: index)
      keys.add(Likeness.withoutLookAlikes(value), rule: firstRule + 1, valueIndex: index)
      for address in Likeness.addresses(in: value) {
        keys.add(address, rule: firstRule + 2, valueIndex: index)
      }
      keys.add(Likeness.withoutAccents(value), rule: firstRule + 3, valueIndex: index)
      keys.add(Likeness.localPart(value), rule: firstRule + 4, valueIndex: index)
    }
  }
}

/// A value of `proxyAddresses`: a type, a colon, an address. The type is `SMTP` for the primary
/// address and `smtp` for others; `x500`, `sip`, `eum` and the like are no mail addresses.
/// <https://learn.microsoft.com/windows/win32/adschema/a-proxyaddresses>
private enum ProxyAddress {
  private static let prefix = Array("smtp:".utf8)

  /// The address of a canonical (hence lower case) value, or nil if it is of another type.
  static func smtpAddress(in value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard value.starts(with: prefix) else { return nil }
    return value.dropFirst(prefix.count).drop { $0 == 0x20 }
  }
}
