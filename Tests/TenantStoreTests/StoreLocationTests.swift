import TenantStore
import Testing

@Suite("What may be said of where the store is")
struct StoreLocationTests {
  /// A URL, what stands in the environment, and what libpq is given of it.
  struct Taken: Sendable, CustomTestStringConvertible {
    let url: String
    var environment: [String: String] = [:]
    let conninfo: String

    var testDescription: String { url }
  }

  private static let strict = "sslmode=verify-full"

  static let taken = [
    Taken(url: "postgresql:///tenantctl", conninfo: "postgresql:///tenantctl"),
    Taken(url: "postgres:///tenantctl", conninfo: "postgres:///tenantctl"),
    Taken(
      url: "postgresql:///t?host=/run/postgresql", conninfo: "postgresql:///t?host=/run/postgresql"),
    Taken(
      url: "postgresql://%2Frun%2Fpostgresql/t", conninfo: "postgresql://%2Frun%2Fpostgresql/t"),
    Taken(url: "postgresql://me@localhost/t", conninfo: "postgresql://me@localhost/t"),
    Taken(url: "postgresql://127.0.0.9:5433/t", conninfo: "postgresql://127.0.0.9:5433/t"),
    Taken(url: "postgresql://[::1]/t", conninfo: "postgresql://[::1]/t"),
    Taken(
      url: "postgresql://localhost/t?sslmode=disable",
      conninfo: "postgresql://localhost/t?sslmode=disable"),
    Taken(url: "postgresql://db.example/t", conninfo: "postgresql://db.example/t?\(strict)"),
    Taken(
      url: "postgresql://db.example/t?", conninfo: "postgresql://db.example/t?\(strict)"),
    Taken(
      url: "postgresql://db.example/t?connect_timeout=3",
      conninfo: "postgresql://db.example/t?connect_timeout=3&\(strict)"),
    Taken(
      url: "postgresql://db.example/t?sslmode=verify-full&sslrootcert=/etc/ca.pem",
      conninfo: "postgresql://db.example/t?sslmode=verify-full&sslrootcert=/etc/ca.pem"),
    Taken(
      url: "postgresql://db1,db2/t",
      conninfo: "postgresql://db1,db2/t?\(strict)&target_session_attrs=read-write"),
    Taken(
      url: "postgresql://db1,db2/t?target_session_attrs=primary",
      conninfo: "postgresql://db1,db2/t?target_session_attrs=primary&\(strict)"),
    // One of them is far.
    Taken(
      url: "postgresql://localhost,db2/t?target_session_attrs=any",
      conninfo: "postgresql://localhost,db2/t?target_session_attrs=any&\(strict)"),
    // The address counts, not the name.
    Taken(
      url: "postgresql://db.example/t?hostaddr=127.0.0.1",
      conninfo: "postgresql://db.example/t?hostaddr=127.0.0.1"),
    Taken(
      url: "postgresql://localhost/t?hostaddr=192.0.2.1",
      conninfo: "postgresql://localhost/t?hostaddr=192.0.2.1&\(strict)"),
    // What the URL leaves out is in the environment, or in a service's file.
    Taken(
      url: "postgresql:///t", environment: ["PGHOST": "db.example"],
      conninfo: "postgresql:///t?\(strict)"),
    Taken(
      url: "postgresql://localhost/t", environment: ["PGHOSTADDR": "192.0.2.1"],
      conninfo: "postgresql://localhost/t?\(strict)"),
    Taken(
      url: "postgresql://localhost/t", environment: ["PGHOST": "db.example"],
      conninfo: "postgresql://localhost/t"),
    Taken(
      url: "postgresql:///t?service=review", conninfo: "postgresql:///t?service=review&\(strict)"),
    Taken(
      url: "postgresql:///t", environment: ["PGSERVICE": "review"],
      conninfo: "postgresql:///t?\(strict)"),
    Taken(
      url: "postgresql:///t?passfile=/etc/pgpass", conninfo: "postgresql:///t?passfile=/etc/pgpass"),
  ]

  @Test(
    "A server's URL is libpq's own, with the server verified beyond this machine", arguments: taken)
  func servers(taken: Taken) throws {
    let location = try StoreLocation(
      taken.url, passwordFile: "/secret", environment: taken.environment)
    #expect(
      location == .server(StoreServer(conninfo: taken.conninfo, passwordFile: "/secret")))
    #expect(!location.description.contains("?"))
  }

  @Test(
    "A folder is named by its path",
    arguments: ["/var/lib/tenantctl", "state", "./a b", "a:b"])
  func folders(path: String) throws {
    let location = try StoreLocation("sqlite:\(path)", environment: [:])
    #expect(location == .folder(path: path))
    #expect(location.description == "sqlite:\(path)")
  }

  /// A URL, and words of the refusal.
  static let refused: [(String, String)] = [
    ("postgresql://me:S3cret@localhost/t", "holds a password"),
    ("postgresql://me:@localhost/t?password=S3cret", "holds a password"),
    ("postgresql:///t?password=S3cret", "holds a password"),
    ("postgresql:///t?pass%77ord=S3cret", "holds a password"),
    ("postgresql:///t?sslpassword=S3cret", "holds a password"),
    ("postgresql://me:S3cret@localhost:port/t?x=y&z", "cannot be read"),
    ("postgresql://me@S3cret@h/t?password", "cannot be read"),
    ("postgresql:///t?fsync=on", "invalid URI query parameter"),
    ("postgresql://db.example/t?sslmode=disable", "'sslmode=disable' is allowed for sockets"),
    ("postgresql://db.example/t?sslmode=prefer", "not for 'db.example'"),
    ("postgresql://db.example/t?sslmode=require", "use sslmode=verify-full"),
    ("postgresql://db.example/t?ssl=true", "'sslmode=require'"),
    ("postgresql://db.example/t?sslmode=verify-ca", "'sslmode=verify-ca'"),
    ("postgresql://localhost,db2/t?sslmode=require", "not for 'db2'"),
    ("postgresql://127.0.0.1.example/t?sslmode=require", "not for '127.0.0.1.example'"),
    ("postgresql://127.1/t?sslmode=require", "not for '127.1'"),
    ("postgresql://localhost/t?hostaddr=192.0.2.1&sslmode=disable", "not for '192.0.2.1'"),
    ("postgresql://far/t?hostaddr=,127.0.0.1&sslmode=disable", "not for 'far'"),
    ("postgresql:///t?host=far&sslmode=disable", "not for 'far'"),
    ("postgresql:///t?service=review&sslmode=require", "service 'review'"),
    ("postgresql://localhost/t?sslmode=on", "there is no sslmode 'on'; known are disable, allow"),
    ("mysql://root:S3cret@localhost/t", "no kind of store named 'mysql'; the forms are sqlite:DIR"),
    ("/var/lib/S3cret", "named by a URL; the forms are sqlite:DIR and postgresql://"),
    ("", "named by a URL"),
    ("sqlite:", "names no folder"),
  ]

  @Test("What a URL must not say is a usage error that tells no secret", arguments: refused)
  func refusals(url: String, words: String) {
    let error = #expect(throws: StoreError.self) { try StoreLocation(url, environment: [:]) }
    #expect(error?.code == .usage)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("S3cret") == false)
  }

  @Test("A folder has no password")
  func folderPassword() {
    let error = #expect(throws: StoreError.self) {
      try StoreLocation("sqlite:state", passwordFile: "secret", environment: [:])
    }
    #expect(error?.message.contains("has no password") == true)
  }
}
