import Foundation
import Harness

extension RunTenantctl {
  /// Puts an outside matcher with an option of each type into the folder `plugins`.
  func addBadgePlugin() throws {
    let files = FileManager.default
    try files.createDirectory(
      atPath: folder.path("plugins/badge"), withIntermediateDirectories: true)
    for name in ["plugins", "plugins/badge"] { try setMode(0o755, of: name) }
    // `printf '#!/bin/sh\n' | sha256sum`
    let hash = "a8076d3d28d21e02012b20eaf7dbf75409a6277134439025f282e368e3305abf"
    try folder.write("#!/bin/sh\n", to: "plugins/badge/badge")
    try setMode(0o755, of: "plugins/badge/badge")
    try folder.write(
      """
      manifest: 1
      name: badge
      kind: matcher
      version: 1.0.0
      contract: 1
      program: badge
      sha256: \(hash)
      author: the tests
      summary: the number on a badge
      options:
        digits: { type: integer, default: 6, summary: how many digits there are }
        prefix: { type: text, default: "", summary: What stands before them. }
        from:
          type: choice
          words: [badge, pager]
          default: badge
          summary: the attribute of the directory that holds the badge
        strict: { type: boolean, default: false, summary: 'says "no" to blanks' }

      """, to: "plugins/badge/manifest.yaml")
  }
}
