import Testing

@testable import TenantService

@Suite("A path below which everything is served")
struct BasePathTests {
  @Test(
    "is segments of harmless characters",
    arguments: [
      ("/ad", "/ad"), ("/ad/", "/ad"), ("/a/b-c_d.e~1", "/a/b-c_d.e~1"), ("", nil), ("/", nil),
      ("ad", nil), ("//ad", nil), ("/a//b", nil), ("/a/../b", nil), ("/.", nil), ("/a b", nil),
      ("/a?b", nil), ("/a\"b", nil), ("/\(String(repeating: "a", count: 300))", nil),
    ])
  func reading(path: String, text: String?) { #expect(BasePath(path)?.text == text) }

  @Test("is before addresses of the service in a template, and before no other")
  func template() throws {
    let base = try #require(BasePath("/ad"))
    let source = """
      <a href="/users"><a class="x" href="{{href}}"><a href="#top"><a href="?page=2"><form action="{{a}}">
      <img src="{{b}}"><p data-progress="{{c}}" title="{{d}}"><input value="/back"><a href="https://a.example/">
      """
    #expect(
      base.template(source) == """
        <a href="/ad/users"><a class="x" href="/ad{{href}}"><a href="#top"><a href="?page=2"><form action="/ad{{a}}">
        <img src="/ad{{b}}"><p data-progress="/ad{{c}}" title="{{d}}"><input value="/back"><a href="https://a.example/">
        """)
    #expect(BasePath().template(source) == source)
  }

  @Test("requests beside it are not within it")
  func inside() throws {
    let base = try #require(BasePath("/ad"))
    #expect(base.inside("/ad/users?a=b") == "/users?a=b")
    for address in ["/adx/users", "/users", "/ad", "/", ""] {
      #expect(base.inside(address) == nil, "\(address)")
    }
  }
}
