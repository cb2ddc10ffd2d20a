@testable import TenantService

extension FuzzTarget {
  /// What a browser, a script or a proxy sends.
  static let web = [
    FuzzTarget(name: "form") { bytes in
      let fields = FormFields(String(decoding: bytes, as: UTF8.self))
      for name in ["login", "password", "row", ""] {
        let values = fields.all(name)
        claim(values.count <= FormFields.maximumCount, "no more fields than are allowed")
        let query = FormFields.query(values.map { (name, $0) })
        claim(FormFields(query).all(name) == values, "a query is read as it was written")
      }
    },
    FuzzTarget(name: "multipart") { bytes in
      let form = MultipartForm(bytes, contentType: "multipart/form-data; boundary=b")
      guard let form else { return }
      claim(form.fields.count + form.files.count <= MultipartForm.maximumCount, "no more parts")
    },
    FuzzTarget(name: "address") { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      _ = IPAddress(text)
      _ = ListenAddress(text)
      _ = TrustedProxies([text])
    },
  ]
}
