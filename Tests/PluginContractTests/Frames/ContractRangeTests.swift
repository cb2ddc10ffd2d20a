import PluginContract
import Testing

@Suite("Contract versions")
struct ContractRangeTests {
  static let pairs: [(ContractRange, ContractRange, Int?)] = [
    (ContractRange(oldest: 1, newest: 1), ContractRange(oldest: 1, newest: 1), 1),
    (ContractRange(oldest: 1, newest: 2), ContractRange(oldest: 2, newest: 5), 2),
    (ContractRange(oldest: 1, newest: 4), ContractRange(oldest: 2, newest: 3), 3),
    (ContractRange(oldest: 1, newest: 1), ContractRange(oldest: 99, newest: 99), nil),
    (ContractRange(oldest: 5, newest: 4), ContractRange(oldest: 1, newest: 9), nil),
  ]

  @Test("the newest version that both sides speak is spoken", arguments: pairs)
  func common(one: ContractRange, other: ContractRange, version: Int?) {
    #expect(one.common(with: other) == version)
    #expect(other.common(with: one) == version)
  }

  @Test("this program speaks its version and the one before it")
  func present() {
    #expect(ContractRange.present == ContractRange(oldest: 1, newest: contractVersion))
    #expect("\(ContractRange(oldest: 1, newest: 1))" == "1")
    #expect("\(ContractRange(oldest: 1, newest: 2))" == "1 to 2")
  }
}
