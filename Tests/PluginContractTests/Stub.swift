@testable import PluginContract
