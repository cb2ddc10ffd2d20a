internal import Foundation
internal import Glibc
internal import OperatingSystem

/// What the system says of this process (proc(5)), by the names that Prometheus's own clients use.
struct ProcessFigures: Sendable {
  /// Seconds since 1970.
  var startTime: Double?
  /// Of user and system.
  var cpuSeconds: Double?
  var residentBytes: Double?
  var virtualBytes: Double?
  var openDescriptors: Double?
  var mostDescriptors: Double?

  /// Reads them; what cannot be read is left out.
  static func now() -> ProcessFigures {
    var figures = ProcessFigures()
    let (ticks, page) = (Double(sysconf(Int32(_SC_CLK_TCK))), Double(sysconf(Int32(_SC_PAGESIZE))))
    // Behind the name, which stands in parentheses and may have blanks; the first field there is the third.
    let fields = text("/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
    func field(_ number: Int) -> Double? {
      fields.indices.contains(number - 3) ? Double(fields[number - 3]) : nil
    }
    if let user = field(14), let system = field(15) { figures.cpuSeconds = (user + system) / ticks }
    figures.virtualBytes = field(23)
    figures.residentBytes = field(24).map { $0 * page }
    let boot = text("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
      .flatMap { Double($0.dropFirst(6)) }
    if let boot, let start = field(22) { figures.startTime = boot + start / ticks }
    let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    figures.openDescriptors = descriptors.map { Double($0.count) }
    figures.mostDescriptors = text("/proc/self/limits").split(separator: "\n")
      .first { $0.hasPrefix("Max open files") }
      .flatMap { $0.split(separator: " ").dropFirst(3).first }.flatMap { Double($0) }
    return figures
  }

  private static func text(_ path: String) -> String {
    guard let bytes = FileManager.default.contents(atPath: path) else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Adds them to the metrics.
  func add(to text: inout MetricsText) {
    func add(_ name: String, _ kind: MetricsText.Kind, _ help: String, _ value: Double?) {
      guard let value else { return }
      text.add("process_\(name)", kind, help, [MetricsText.Sample(labels: [], value: value)])
    }
    add("start_time_seconds", .gauge, "When the process began.", startTime)
    add("cpu_seconds_total", .counter, "User and system time of the process.", cpuSeconds)
    add("resident_memory_bytes", .gauge, "Memory of the process.", residentBytes)
    add("virtual_memory_bytes", .gauge, "Address space of the process.", virtualBytes)
    add("open_fds", .gauge, "Open file descriptors.", openDescriptors)
    add("max_fds", .gauge, "The most open file descriptors.", mostDescriptors)
  }
}
