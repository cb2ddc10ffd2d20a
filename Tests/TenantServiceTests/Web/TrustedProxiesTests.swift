import HTTPTypes
import Testing

@testable import TenantService

@Suite("Behind a reverse proxy, the client is whom a trusted one names")
struct TrustedProxiesTests {
  private static let name = HTTPField.Name.named("X-Forwarded-For")

  private func client(
    of peer: String, _ lists: String..., trusting proxies: [String] = ["127.0.0.1", "2001:db8::1"]
  ) throws -> String? {
    let proxies = try #require(TrustedProxies(proxies))
    let headers = HTTPFields(lists.map { HTTPField(name: Self.name, value: $0) })
    return proxies.client(of: IPAddress(peer), headers)?.description
  }

  @Test("what anybody else writes is not looked at")
  func strangers() throws {
    #expect(try client(of: "192.0.2.9", "198.51.100.1") == "192.0.2.9")
    #expect(try client(of: "127.0.0.2", "198.51.100.1") == "127.0.0.2")
    #expect(try client(of: "127.0.0.1", "198.51.100.1", trusting: []) == "127.0.0.1")
  }

  @Test(
    "the last entry that is no trusted proxy's counts, in whatever form",
    arguments: [
      ("198.51.100.1", "198.51.100.1"), ("10.0.0.1, 198.51.100.1", "198.51.100.1"),
      ("198.51.100.1, 127.0.0.1", "198.51.100.1"), ("198.51.100.1, ,", "198.51.100.1"),
      ("6.6.6.6,198.51.100.1 , 127.0.0.1,2001:DB8:0::1", "198.51.100.1"),
      ("nonsense, 198.51.100.1", "198.51.100.1"), ("2001:db8::5", "2001:db8::5"),
      ("::ffff:198.51.100.1", "198.51.100.1"), ("198.51.100.1:4711", "198.51.100.1"),
      ("[2001:db8::5]:4711", "2001:db8::5"), ("127.0.0.1", "127.0.0.1"),
    ])
  func last(list: String, address: String) throws {
    #expect(try client(of: "127.0.0.1", list) == address)
    #expect(try client(of: "::ffff:127.0.0.1", list) == address)
  }

  @Test("several fields are one list")
  func severalFields() throws {
    #expect(try client(of: "127.0.0.1", "6.6.6.6", "198.51.100.1, 127.0.0.1") == "198.51.100.1")
  }

  @Test(
    "a list that says nothing leaves the proxy itself: all behind it share one count",
    arguments: ["", "unknown", "198.51.100.1, _hidden", "198.51.100.300", "a b"])
  func malformed(list: String) throws {
    #expect(try client(of: "127.0.0.1", list) == "127.0.0.1")
    #expect(try client(of: "127.0.0.1") == "127.0.0.1")
  }

  @Test(
    "an address alone can be trusted: no range, no name, no port, not everybody",
    arguments: ["10.0.0.0/8", "proxy.example", "127.0.0.1:80", "", "0.0.0.0", "::", "*", "1.2.3"])
  func refused(text: String) {
    #expect(TrustedProxies([text]) == nil)
  }

  @Test(
    "TLS in front counts if a trusted proxy says so",
    arguments: [
      ("127.0.0.1", "https", true), ("127.0.0.1", "HTTPS", true),
      ("127.0.0.1", "http, https", true), ("127.0.0.1", "https, http", false),
      ("127.0.0.1", "", false), ("192.0.2.9", "https", false),
    ])
  func scheme(peer: String, scheme: String, isSecure: Bool) throws {
    let proxies = try #require(TrustedProxies(["127.0.0.1"]))
    let headers: HTTPFields = [.named("X-Forwarded-Proto"): scheme]
    #expect(proxies.isSecure(IPAddress(peer), headers) == isSecure)
  }

  @Test(
    "a client is an IPv4 address, or the 64 bits that an IPv6 customer has",
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"),
      ("2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::", "2001:db8:1:2::/64"),
      ("2001:db8:1:3::", "2001:db8:1:3::/64"), ("::1", "::/64"), ("fe80::1%eth0", "fe80::/64"),
    ])
  func networks(text: String, network: String) {
    #expect(IPAddress(text)?.network == network)
  }
}
