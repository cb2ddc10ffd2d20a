import PluginContract
import TenantCore
import Testing

/// Packed profiles against the columns that they are made of.
@Suite struct ProfileColumnsTests {
  private static func column(_ values: [String?]) -> PackedColumn {
    values.reduce(into: PackedColumn()) { $0.appendRecord(text: $1) }
  }

  @Test("each profile's value comes out as it went in (S1)")
  func reference() {
    var random = SystemRandomNumberGenerator()
    for count in [0, 1, 63, 64, 65, 200] {
      for texts in [[nil], ["a"], [nil, "a"], [nil, "", "a", "Ä"]] as [[String?]] {
        check(count, texts, &random)
      }
    }
  }

  private func check(
    _ count: Int, _ texts: [String?], _ random: inout SystemRandomNumberGenerator
  ) {
    var values: [Profile: [[String?]]] = [:]
    for profile in Profile.allCases where Int.random(in: 0..<4, using: &random) > 0 {
      values[profile] = ProfileField.allCases.map { _ in
        (0..<count).map { _ in texts.randomElement(using: &random) ?? nil }
      }
    }
    var builder = RecordBatchBuilder(text: TenantField.allCases.map(\.rawValue), directory: nil)
    for record in 0..<count {
      for (place, field) in ProfileField.allCases.enumerated() {
        let effective = Profile.precedence.lazy.compactMap { values[$0]?[place][record] }.first
        guard let effective, let column = TenantField.allCases.firstIndex(of: field.tenantField)
        else { continue }
        builder.append(Array(effective.utf8), to: column)
      }
      builder.endRecord()
    }
    let batch = TenantUserBatch(
      records: builder.finish(), ids: [], isActive: [], isLoginLocked: [],
      profiles: values.mapValues { $0.map(Self.column) })
    for profile in Profile.allCases {
      for field in ProfileField.allCases.indices {
        for record in 0..<count {
          let expected = values[profile]?[field][record] ?? nil
          let found = batch.value(field, in: profile, of: record)
          #expect(found.map { String(decoding: $0, as: UTF8.self) } == expected)
        }
      }
    }
  }
}
