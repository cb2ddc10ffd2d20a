@testable import TenantCore
