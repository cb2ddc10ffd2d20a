import Foundation
import Harness
import PluginContract
import TenantCore
import Testing

@testable import PluginHost

/// plugins.md, section 4, points 1 to 3: what is not used, and what the refusal says.
@Suite("A plugin that could have been tampered with is not started", .timeLimit(.minutes(5)))
struct TrustTests {
  private let folder: PluginFolder
  private var path: String { folder.path("fake") }

  init() throws {
    folder = try PluginFolder()
    try folder.add(PythonPlugin())
  }

  private func refusal(_ words: String..., pin: String? = nil) throws {
    let error = try #require(throws: PluginError.self) {
      try InstalledPlugin(folder: path).program(pin: pin)
    }
    #expect(error.code == .refused && error.plugin == "fake")
    for word in words { #expect(error.message.contains(word), "\(error)") }
  }

  @Test("as it is made here, it is used")
  func accepted() throws {
    let plugin = InstalledPlugin(folder: path)
    #expect(plugin.refusal == nil)
    #expect(try plugin.program().sha256 == PluginFolder.sha256("\(path)/program"))
  }

  @Test("a program, manifest or folder that others may write", arguments: [0o20, 0o02])
  func writable(bit: Int) throws {
    let fault = Fault(
      .plugin,
      "a program, manifest or folder that others may write, mode bit \(String(bit, radix: 8))")
    for (name, mode, kind) in [
      ("fake/program", 0o755, "program"), ("fake/manifest.yaml", 0o644, "plugin manifest"),
      ("fake", 0o755, "folder '"), (".", 0o700, "folder '"),
    ] {
      try folder.setMode(mode | bit, of: name)
      try refusal("others may write this \(kind)", "run: chmod go-w /")
      try folder.setMode(mode, of: name)
    }
    fault.survived("not started; the message says chmod go-w")
  }

  @Test(
    "'reads' names no folder with secrets in it",
    arguments: ["/", "/etc", "/root", "/home", "/proc", "/var/lib", "/nowhere-at-all"])
  func readsSecrets(path: String) throws {
    let fault = Fault(.plugin, "'reads' names \(path)")
    try folder.add(PythonPlugin(), manifest: "reads: [\(path)]\n")
    try refusal("'reads' names '\(path)'")
    fault.survived("not started")
  }

  @Test("what 'reads' names is as safe as the program: it may be run")
  func readsUnsafe() throws {
    let fault = Fault(.plugin, "'reads' names a folder that others may write")
    mkdir(folder.path("library"), 0o755)
    try folder.add(PythonPlugin(), manifest: "reads: [\(folder.path("library"))]\n")
    _ = try InstalledPlugin(folder: path).program()
    try folder.setMode(0o777, of: "library")
    try refusal("others may write this folder")
    fault.survived("not started")
  }

  @Test("a sticky folder above may be writable, the plugin's own may not")
  func sticky() throws {
    try folder.setMode(0o1777, of: ".")
    if getuid() == 0 {
      _ = try InstalledPlugin(folder: path).program()
    } else {
      // Its owner, who is not root, may rename what lies in it.
      try refusal("others may write this folder")
    }
    try folder.setMode(0o700, of: ".")
    try folder.setMode(0o1777, of: "fake")
    try refusal("others may write this folder")
  }

  @Test("a folder above that may only be passed through is no obstacle")
  func unreadableParent() throws {
    try folder.setMode(0o311, of: ".")
    _ = try InstalledPlugin(folder: path).program()
    try folder.setMode(0o700, of: ".")
  }

  @Test("a program that is a symbolic link, a folder, a pipe, missing, or not to be executed")
  func program() throws {
    let fault = Fault(.plugin, "a program that is a symbolic link, a folder, a pipe or missing")
    let program = "\(path)/program"
    try folder.setMode(0o644, of: "fake/program")
    try refusal("its program may not be executed; run: chmod +x /")
    try FileManager.default.moveItem(atPath: program, toPath: "\(path)/other")
    try refusal("its program '\(program)' cannot be read: no such file")
    symlink("other", program)
    try refusal("its program '\(program)' is a symbolic link; put the file itself there")
    try FileManager.default.removeItem(atPath: program)
    mkdir(program, 0o755)
    try refusal("its program '\(program)' is not a file")
    rmdir(program)
    mkfifo(program, 0o755)
    try refusal("its program '\(program)' is not a file")
    fault.survived("not started; the message says which")
  }

  @Test(
    "a program, folder or manifest of another user", .enabled("chown needs root") { getuid() == 0 })
  func owner() throws {
    for name in ["fake/program", "fake/manifest.yaml", "fake", "."] {
      chown(folder.path(name), 12_345, 0)
      try refusal("belongs to 12345, neither to root nor to the running user; run: chown root /")
      chown(folder.path(name), 0, 0)
    }
    _ = try InstalledPlugin(folder: path).program()
  }

  @Test("a program of another hash, and one that the tenant file does not trust")
  func hash() throws {
    let fault = Fault(
      .plugin, "a program of another hash, or one that the tenant file does not trust")
    let pin = String(repeating: "0", count: 64)
    try refusal("the tenant file trusts SHA-256 \(pin) only (plugins: fake: sha256:)", pin: pin)
    try folder.write("#!/bin/sh\necho\n", to: "fake/program", mode: 0o755)
    try refusal("is not the one of its manifest: SHA-256 is")
    let error = #expect(throws: PluginError.self) { try InstalledPlugin(folder: path).program() }
    #expect(error?.remedy == .sealPlugin(folder: path))
    fault.survived("not started; both hashes are named")
  }

  @Test("a folder that is not there")
  func absent() throws {
    try FileManager.default.removeItem(atPath: path)
    try refusal("the folder '\(path)' does not exist")
  }

  @Test("a program that is written to after it was checked is not started")
  func changed() throws {
    let fault = Fault(.plugin, "a program that is written to between check and start")
    let program = try InstalledPlugin(folder: path).program()
    let file = try #require(FileHandle(forWritingAtPath: "\(path)/program"))
    try file.seekToEnd()
    try file.write(contentsOf: Data("os.system('evil')\n".utf8))
    try file.close()
    let error = try #require(throws: PluginError.self) {
      _ = try PluginLaunch(program: program, limits: PluginLimits()).start()
    }
    #expect(error.message.contains("was changed after it was checked"), "\(error)")
    fault.survived("not started")
  }

  @Test("a program that takes the checked one's place is not run")
  func replaced() throws {
    let fault = Fault(.plugin, "a program that is swapped between check and start")
    let plugin = InstalledPlugin(folder: path)
    let program = try plugin.program()
    try folder.write("#!/bin/false\n", to: "fake/new", mode: 0o755)
    rename("\(path)/new", "\(path)/program")
    let log = RecordingLog()
    let session = try PluginSession(program, limits: PluginLimits(), logger: log.logger)
    // The checked one lost its name, which changes its times as a write would: neither is run.
    let error = #expect(throws: PluginError.self) { try session.waitForGreeting() }
    #expect(error?.message.contains("was changed after it was checked") == true)
    session.process.close()
    #expect(!log.entries.contains { $0.text.contains("started") })
    fault.survived("neither is run")
  }
}
