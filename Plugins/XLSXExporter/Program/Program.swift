import PluginContract
import XLSXExporter

/// The program that the host starts.
@main
struct Program {
  static func main() { PluginProgram.run(xlsxExporter, author: "the tenantctl project") }
}
