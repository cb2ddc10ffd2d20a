internal import Glibc

/// What this process may take of the machine, set once when a program begins.
package enum ProcessLimits {
  /// Raises what the work needs to what the system allows, and lets no memory be written to a core
  /// file, which would hold passwords and sessions.
  package static func prepare() {
    raiseDescriptors()
    refuseCoreFiles()
  }

  /// How many descriptors this process may have open at once.
  package static var descriptors: Int {
    Int(clamping: limit(of: RLIMIT_NOFILE)?.rlim_cur ?? 1024)
  }

  /// From the soft limit, usually 1,024 for the sake of programs that use `select(2)`, to the hard
  /// one; neither program nor what they link uses it.
  private static func raiseDescriptors() {
    guard var limit = limit(of: RLIMIT_NOFILE), limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// One byte is too little for a file, and the value by which Linux also gives nothing to a program that
  /// `core_pattern` names, which 0 does not (core(5), fs/coredump.c).
  private static func refuseCoreFiles() {
    guard var limit = limit(of: RLIMIT_CORE) else { return }
    limit.rlim_max = min(limit.rlim_max, 1)
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
  }

  private static func limit(of resource: __rlimit_resource) -> rlimit? {
    var limit = rlimit()
    let code = unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    return code == 0 ? limit : nil
  }
}
