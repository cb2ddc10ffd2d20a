import TenantCore
import YAMLFiles

/// The keys of `reviews` (V5).
enum ReviewsKeys {
  static let signer = Key("signer", Reading<ReviewSettings.Signer>.choice)

  static let shape = ObjectShape(keys: [signer.declaration])
}

extension Reading where Value == ReviewSettings {
  static var reviews: Reading {
    .object(ReviewsKeys.shape) { section in
      ReviewSettings(signer: section.value(ReviewsKeys.signer) ?? ReviewSettings().signer)
    }
  }
}
