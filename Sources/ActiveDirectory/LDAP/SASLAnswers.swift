import CLDAP
import Glibc

/// What SASL is answered: its own default, else nothing. GSSAPI asks for an authorization identity,
/// and an empty one means the identity that signs in.
let answerSASL:
  @convention(c) (
    OpaquePointer?, UInt32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
  ) -> Int32 = { _, _, _, questions in
    let nothing: StaticString = ""
    var next = unsafe questions?.assumingMemoryBound(to: sasl_question.self)
    while let question = unsafe next, unsafe question.pointee.id != 0 {
      if let fallback = unsafe question.pointee.fallback {
        unsafe question.pointee.answer = unsafe UnsafeRawPointer(fallback)
        unsafe question.pointee.length = UInt32(unsafe strlen(fallback))
      } else {
        unsafe question.pointee.answer = unsafe UnsafeRawPointer(nothing.utf8Start)
        unsafe question.pointee.length = 0
      }
      unsafe next = unsafe question + 1
    }
    return LDAP_SUCCESS
  }
