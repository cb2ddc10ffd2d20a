import PluginContract

/// The whole program: tenantctl starts it and speaks with it over its standard input and output.
@main
struct Program {
  static func main() { PluginProgram.run(loginListExporter, author: "the tenantctl project") }
}
