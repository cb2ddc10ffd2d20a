internal import CPluginLauncher

/// What keeps a plugin apart from the rest of the machine; how much there is depends on the kernel.
package struct PluginIsolation: OptionSet, Sendable {
  /// The bits of the launcher.
  package let rawValue: UInt32

  /// Makes a set.
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// It has a network namespace with nothing in it.
  package static let noNetwork = PluginIsolation(PLUGIN_NO_NETWORK)
  /// It cannot name a process outside, and what it starts ends with it.
  package static let ownProcesses = PluginIsolation(PLUGIN_OWN_PROCESSES)
  /// It has no capability, not even root's.
  package static let noPrivileges = PluginIsolation(PLUGIN_NO_PRIVILEGES)
  /// It opens no file outside a few folders.
  package static let files = PluginIsolation(PLUGIN_FILES)
  /// It can trace no process outside, or read its memory.
  package static let noTracing = PluginIsolation(PLUGIN_NO_TRACING)
  /// It makes no TCP connection.
  package static let noTCP = PluginIsolation(PLUGIN_NO_TCP)
  /// It sends no signal outside.
  package static let noSignals = PluginIsolation(PLUGIN_NO_SIGNALS)
  /// It opens no socket, and changes no file's mode, owner, times or attributes.
  package static let noSockets = PluginIsolation(PLUGIN_NO_SOCKETS)

  /// What this machine's kernel offers to this user.
  package static var offered: PluginIsolation {
    PluginIsolation(rawValue: plugin_isolation_offered())
  }

  /// The parts in words, and the missing ones with what would bring them.
  package var words: [String] {
    let parts: [(PluginIsolation, String, String)] = [
      (.noNetwork, "no network", "network not cut off: the kernel refuses network namespaces"),
      (
        .ownProcesses, "no process outside",
        "processes outside are visible, and what it starts may outlive it: the kernel refuses "
          + "process namespaces"
      ),
      (.noSockets, "no sockets", "sockets and file modes not shut off: the kernel has no seccomp"),
      (.files, "no file outside its folders", "files not shut off: the kernel has no Landlock"),
    ]
    let missing =
      isDisjoint(with: [.ownProcesses, .noSignals])
      ? ["it may end other processes of this user"] : []
    return parts.map { contains($0.0) ? $0.1 : $0.2 } + missing
  }

  private init(_ bit: plugin_isolation) { self.init(rawValue: bit.rawValue) }
}
