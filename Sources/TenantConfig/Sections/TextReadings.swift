import TenantCore
import YAMLFiles

extension Reading where Value == String {
  /// A host's name or address.
  static var host: Reading { text { NameSyntax.complaintAboutHost($0) } }

  /// A distinguished name, whole or relative to another.
  static var distinguishedName: Reading {
    text { name in
      do {
        _ = try DistinguishedName(strictly: name)
        return nil
      } catch {
        return "must be a distinguished name, such as OU=Staff,DC=acme,DC=example; \(error) "
          + "(RFC 4514)"
      }
    }
  }

  /// An LDAP filter, on one line or several; blanks around it are dropped.
  static var filter: Reading {
    Reading(shape: .text(pattern: nil)) { input in
      guard var text = input.text?[...] else { return nil }
      text = text.drop(while: \.isWhitespace)
      while text.last?.isWhitespace == true { text.removeLast() }
      let filter = String(text)
      if let complaint = FilterSyntax.complaint(about: filter) {
        return input.refuse("\(input.name) \(complaint)")
      }
      return filter
    }
  }
}
