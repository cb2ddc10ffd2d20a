@testable import Authorization
