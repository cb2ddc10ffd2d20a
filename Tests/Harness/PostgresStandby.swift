internal import Foundation

/// A standby of a cluster, to which the primary sends its log as it writes it, and without which it acknowledges nothing
/// (https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION). It ends with the value.
package final class PostgresStandby: Sendable {
  /// The standby, with the databases of the primary.
  package let cluster: PostgresCluster
  /// The folder of its socket, for a URL.
  package let socket: String
  private let process: Process
  private let input: Pipe

  /// Copies the primary, and waits until it waits for the standby at each commit.
  package init(of primary: PostgresCluster) async throws {
    process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    let values = try ["BIN", "SOCKET", "PORT", "USER"].map { try primary.value($0) }
    process.arguments = ["-c", Self.script, "standby"] + values
    process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"]
    input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.standardError
    try process.run()
    let folder = try await Task.detached {
      var text = ""
      while !text.hasSuffix("\n") {
        let part = output.fileHandleForReading.availableData
        guard !part.isEmpty else { throw CommandFailed(description: "no standby was started") }
        text += String(decoding: part, as: UTF8.self)
      }
      return String(text.dropLast())
    }.value
    socket = folder
    cluster = try primary.at(socket: folder)
    try await wait("the standby") {
      let state = try primary.run("SELECT state FROM pg_stat_replication")
      return state == "streaming" ? true : nil
    }
    try primary.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
    try primary.run("SELECT pg_reload_conf()")
    try await wait("a synchronous standby") {
      let state = try primary.run("SELECT sync_state FROM pg_stat_replication")
      return state == "sync" ? true : nil
    }
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// The process that receives the primary's log.
  package func receiver() throws -> Int32 {
    let id = try cluster.run("SELECT pid FROM pg_stat_wal_receiver")
    guard let id = Int32(id) else {
      throw CommandFailed(description: "the standby has no receiver")
    }
    return id
  }

  /// Asks it to become the primary, which it is when ``isPrimary`` says so.
  package func promote() throws { try cluster.run("SELECT pg_promote(wait => false)") }

  package var isPrimary: Bool {
    get throws { try cluster.run("SELECT pg_is_in_recovery()") == "f" }
  }

  /// The server's user must get to the folder, and a socket's path is short; it ends when its input does.
  private static let script = """
    set -euo pipefail
    bin=$1 primary=$2 port=$3 user=$4
    folder=$(mktemp -d /tmp/tenantctl-standby.XXXXXX)
    as_server=()
    if [[ $EUID -eq 0 ]]; then
      chown "$user:" "$folder"
      as_server=(setpriv --reuid "$user" --regid "$(id --group "$user")" --clear-groups)
    fi
    cd "$folder"
    "${as_server[@]}" "$bin/pg_basebackup" --pgdata "$folder/data" --write-recovery-conf --checkpoint fast \\
      --wal-method stream --no-sync --dbname "host=$primary port=$port user=postgres" > "$folder/log" 2>&1
    "${as_server[@]}" "$bin/postgres" -D "$folder/data" -c listen_addresses= -c ssl=off \\
      -c unix_socket_directories="$folder" >> "$folder/log" 2>&1 < /dev/null &
    server=$!
    echo "$folder"
    cat > /dev/null
    kill -QUIT "$server" || true
    wait "$server" || true
    rm -rf "$folder"
    """
}
