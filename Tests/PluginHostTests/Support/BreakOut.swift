import Foundation

/// Lines of Python that try to get at what is not the plugin's; each success is a line
/// `breach NAME` on standard error.
struct BreakOut {
  /// The process to get at.
  let host: Int32
  /// A file of the same user.
  let secret: String
  /// The folder of the secret, where nothing may be read or made.
  let folder: String
  let listeners: Listeners

  /// Defines `break_out()`.
  var lines: String {
    """
    import ctypes, os, resource, signal, socket, struct, sys
    HOST, SECRET, FOLDER = \(host), "\(secret)", "\(folder)"
    TCP, UDP = \(listeners.tcp), \(listeners.udp)
    ABSTRACT, PATH = "\\0\(listeners.name)", "\(listeners.path)"
    \(Self.attempts)
    """
  }

  private static let attempts = """
    libc = ctypes.CDLL(None, use_errno=True)

    def attempt(name, action):
        try:
            if action() is not False: print("breach", name, file=sys.stderr, flush=True)
        except (OSError, MemoryError, ValueError): pass

    def read_memory():
        place = ctypes.create_string_buffer(8)
        mine = (ctypes.c_void_p * 2)(ctypes.addressof(place), 8)
        theirs = (ctypes.c_void_p * 2)(4096, 8)
        count = libc.process_vm_readv(HOST, mine, 1, theirs, 1, 0)
        return count >= 0 or ctypes.get_errno() == 14

    def connect(family, kind, address):
        link = socket.socket(family, kind)
        link.connect(address)
        link.send(b"hello")

    def datagram_pair():
        one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        one.sendto(b"hello", PATH + ".datagrams")

    def status(key):
        for line in open("/proc/self/status"):
            if line.startswith(key + ":"): return line.split()[1]

    def extra_descriptors():
        found = []
        for number in range(3, 1024):
            try: os.fstat(number)
            except OSError: continue
            if not os.path.basename(os.readlink(f"/proc/self/fd/{number}")) == "program":
                found.append(number)
        return [n for n in found if n != OUTPUT.fileno()] if "OUTPUT" in globals() else found

    def break_out():
        for name in ["environ", "mem", "maps", "cmdline", "status", "root/etc/passwd"]:
            attempt(f"proc-{name}", lambda: open(f"/proc/{HOST}/{name}", "rb").read(1))
        attempt("proc-fd", lambda: os.listdir(f"/proc/{HOST}/fd"))
        attempt("proc", lambda: os.listdir("/proc"))
        attempt("ptrace", lambda: libc.ptrace(16, HOST, 0, 0) == 0 and libc.ptrace(17, HOST, 0, 0))
        attempt("process-vm-readv", read_memory)
        attempt("kill-0", lambda: os.kill(HOST, 0))
        attempt("kill-cont", lambda: os.kill(HOST, signal.SIGCONT))
        attempt("pidfd", lambda: os.pidfd_open(HOST))
        attempt("secret-read", lambda: open(SECRET).read())
        attempt("secret-write", lambda: open(SECRET, "a"))
        attempt("secret-chmod", lambda: os.chmod(SECRET, 0o666))
        attempt("secret-utime", lambda: os.utime(SECRET, (1, 1)))
        attempt("secret-xattr", lambda: os.setxattr(SECRET, "user.mark", b"1"))
        attempt("secret-truncate", lambda: os.truncate(SECRET, 0))
        attempt("secret-link", lambda: os.link(SECRET, "here"))
        attempt("secret-rename", lambda: os.rename(SECRET, SECRET + ".gone"))
        os.path.lexists("soft") or os.symlink(SECRET, "soft")
        attempt("secret-by-symlink", lambda: open("soft").read())
        attempt("folder-list", lambda: os.listdir(FOLDER))
        attempt("folder-write", lambda: open(FOLDER + "/new", "w"))
        attempt("folder-mkdir", lambda: os.mkdir(FOLDER + "/new.d"))
        attempt("temporary-list", lambda: os.listdir("/tmp"))
        attempt("temporary-write", lambda: open("/tmp/" + os.path.basename(SECRET), "w"))
        attempt("passwords", lambda: open("/etc/shadow").read(1))
        attempt("tcp", lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", TCP)))
        attempt("udp", lambda: connect(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", UDP)))
        attempt("abstract", lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, ABSTRACT))
        attempt("path", lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, PATH))
        attempt("datagram-pair", datagram_pair)
        attempt("environment", lambda: bool(
            set(os.environ) - {"HOME", "LANG", "LC_CTYPE", "PATH", "TMPDIR"}))
        attempt("descriptors", lambda: bool(extra_descriptors()))
        attempt("capabilities", lambda: int(status("CapEff"), 16) != 0)
        attempt("new-privileges", lambda: status("NoNewPrivs") != "1")
        attempt("user-namespace", lambda: libc.unshare(0x10000000) == 0)
        attempt("mount", lambda: libc.mount(b"none", b".", b"tmpfs", 0, None) == 0)
        attempt("memory", lambda: bytearray(5 << 30))
        attempt("limits", lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))
        print("tried", file=sys.stderr, flush=True)
    """
}
