internal import Foundation
internal import OperatingSystem
internal import PluginContract
package import TenantCore

/// What a file of evidence says of itself, once it was found to agree with itself.
package struct EvidenceClaim: Sendable, Equatable {
  package let tenant: String
  package let review: Int64
  package let signedAt: Timestamp
  package let signedBy: String
  package let statement: String
  /// The digest of the round (V6).
  package let digest: String
  /// The digest of the signed round before it; nil for the first.
  package let previousDigest: String?
  /// The digest signed with a key, and rightly so; nil if it is not.
  package fileprivate(set) var keySignature: KeySignature?
}

/// Checks a file of evidence, without a store (V6).
///
/// Every byte counts: the documents by their digests, and what a zip has around them because it is what
/// ``ZipLayout`` writes for them.
package enum EvidenceCheck {
  private static let pieceCount = 1 << 20
  /// `review.json`, and any other document but the tables, is no longer.
  private static let maximumDocument = 64 << 20

  /// Reads a file, and waits for it.
  ///
  /// - Throws: ``Failure`` of kind `configuration` that says what is wrong.
  package static func claim(of path: String) throws -> EvidenceClaim {
    do {
      let file = try FileDescriptor(file: path)
      return try claim(size: try file.status().size) { try file.bytes($0, at: $1) }
    } catch let error as SystemFailure {
      throw Failure(.configuration, "'\(path)' cannot be read: \(error)")
    } catch let problem as ZipEntries.Problem {
      throw Failure(
        .configuration, "'\(path)' is no evidence as it was written: \(problem.message)")
    }
  }

  /// - Parameter bytes: gives so many bytes from an offset on, or fewer at the end.
  static func claim(
    size: Int, bytes: (_ count: Int, _ offset: Int) throws -> [UInt8]
  ) throws -> EvidenceClaim {
    func read(_ count: Int, _ offset: Int) throws -> [UInt8] {
      let bytes = try bytes(count, offset)
      guard bytes.count == count else { throw ZipEntries.Problem(message: "it is cut off") }
      return bytes
    }
    let entries = try ZipEntries(size: size, bytes: read).entries
    let (names, signature) = (EvidenceDocuments.names, EvidenceDocuments.signatureName)
    guard [names, names + [signature]].contains(entries.map(\.name)) else {
      throw ZipEntries.Problem(message: "it does not hold the files of a review, and only those")
    }
    var digests: [String: String] = [:]
    for entry in entries {
      var hash = MeasuringHash()
      var offset = entry.start
      while offset < entry.start + entry.size {
        let count = min(pieceCount, entry.start + entry.size - offset)
        hash.add(try read(count, offset))
        offset += count
      }
      let measure = hash.measure
      guard measure.checksum == entry.checksum else {
        throw ZipEntries.Problem(message: "'\(entry.name)' was changed")
      }
      digests[entry.name] = measure.digest
    }
    func document(_ name: String) throws -> [UInt8] {
      guard let entry = entries.first(where: { $0.name == name }), entry.size <= maximumDocument
      else { throw ZipEntries.Problem(message: "'\(name)' is too long") }
      return try read(entry.size, entry.start)
    }
    try check(digests, against: document(EvidenceDocuments.digestsName))
    var review = try claim(document(EvidenceDocuments.reviewName), digests)
    if entries.count > names.count {
      review.keySignature = KeySignature(document: try document(signature))
      guard review.keySignature?.isRight(for: review.digest) == true else {
        throw ZipEntries.Problem(message: "'\(signature)' is not the digest's signature")
      }
    }
    try checkLayout(entries, at: review.signedAt, size: size, read)
    return review
  }

  /// The digests of the documents are those that the last one lists.
  private static func check(_ digests: [String: String], against listed: [UInt8]) throws {
    let names = EvidenceDocuments.names.dropLast()
    for (name, line) in zip(
      names, String(decoding: listed, as: UTF8.self).split(separator: "\n"))
    where line != "\(digests[name] ?? "")  \(name)" {
      throw ZipEntries.Problem(
        message:
          "'\(name)' is not what '\(EvidenceDocuments.digestsName)' says: one of the two was changed"
      )
    }
    let expected = names.map { "\(digests[$0] ?? "")  \($0)\n" }.joined()
    guard expected == String(decoding: listed, as: UTF8.self) else {
      throw ZipEntries.Problem(message: "'\(EvidenceDocuments.digestsName)' was changed")
    }
  }

  private struct Review: Decodable {
    struct Mark: Decodable {
      let at: Timestamp
      let by: String
    }

    let form: Int
    let tenant: String
    let review: Int64
    let signed: Mark
    let statement: String
    let digests: [String: String]
    let previousDigest: String?
  }

  private static func claim(
    _ document: [UInt8], _ digests: [String: String]
  ) throws -> EvidenceClaim {
    guard let review = try? JSONDecoder().decode(Review.self, from: Data(document)) else {
      throw ZipEntries.Problem(message: "'\(EvidenceDocuments.reviewName)' cannot be read")
    }
    guard review.form == EvidenceDocuments.form else {
      throw ZipEntries.Problem(
        message:
          "its form is \(review.form), of another version; this one knows \(EvidenceDocuments.form)"
      )
    }
    for (name, digest) in review.digests where digests[name] != digest {
      throw ZipEntries.Problem(
        message:
          "'\(name)' is not what '\(EvidenceDocuments.reviewName)' says: one of the two was changed"
      )
    }
    return EvidenceClaim(
      tenant: review.tenant, review: review.review, signedAt: review.signed.at,
      signedBy: review.signed.by, statement: review.statement,
      digest: digests[EvidenceDocuments.digestsName] ?? "", previousDigest: review.previousDigest)
  }

  /// What stands around the documents is what is written for them.
  private static func checkLayout(
    _ entries: [ZipEntries.Entry], at moment: Timestamp, size: Int,
    _ read: (Int, Int) throws -> [UInt8]
  ) throws {
    var layout = ZipLayout(at: moment)
    var offset = 0
    for entry in entries {
      let header = try layout.header(entry.name, size: entry.size, checksum: entry.checksum)
      guard try read(header.count, offset) == header, entry.start == offset + header.count else {
        throw ZipEntries.Problem(message: "what stands before '\(entry.name)' was changed")
      }
      offset += header.count + entry.size
    }
    let end = try layout.end()
    guard size == offset + end.count, try read(end.count, offset) == end else {
      throw ZipEntries.Problem(message: "its list of files was changed")
    }
  }
}
