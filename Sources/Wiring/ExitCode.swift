package import TenantCore

extension Failure.Kind {
  /// The number with which a program ends (tenant-file.md 2).
  package var exitCode: Int32 {
    switch self {
    case .wouldChange: 1
    case .usage: 64
    case .limitRefused: 65
    case .notAvailable: 66
    case .directoryUnavailable: 69
    case .internalFailure: 70
    case .storeFailure: 74
    case .incomplete, .alreadyRunning: 75
    case .permissionRefused: 77
    case .configuration: 78
    case .interrupted: 130
    }
  }
}
