import Authorization
import YAMLFiles

/// The keys of `access`.
enum AccessKeys {
  static let roles = Key("roles", .map(of: .list(of: Reading<Permission>.choice)))
  static let assignments = Key("assignments", .list(of: .assignment))

  static let shape = ObjectShape(keys: [roles.declaration, assignments.declaration])
}

/// The keys of an entry of `access.assignments`: one assignee and its roles.
enum AssignmentKeys {
  static let fileOwner = Key("fileOwner", .onlyTrue)
  static let osUser = Key("osUser", .text)
  static let osGroup = Key("osGroup", .text)
  static let directoryGroup = Key("directoryGroup", .distinguishedName)
  static let localUser = Key("localUser", .text)
  static let `operator` = Key("operator", .text)
  static let roles = Key("roles", .list(of: .located(.text), minimum: 1), required: true)

  static let shape = ObjectShape(
    keys: [
      fileOwner.declaration, osUser.declaration, osGroup.declaration, directoryGroup.declaration,
      localUser.declaration, `operator`.declaration, roles.declaration,
    ],
    alternatives: [
      .init(["fileOwner", "osUser", "osGroup", "directoryGroup", "localUser", "operator"])
    ])
}

/// One assignment, with the places of its roles' names.
struct ReadAssignment {
  let assignee: AccessPolicy.Assignee?
  let roles: [Located<String>]
}

extension Reading where Value == AccessPolicy {
  static var accessPolicy: Reading {
    .object(AccessKeys.shape) { section in
      let roles = section.value(AccessKeys.roles) ?? []
      let assignments = section.value(AccessKeys.assignments) ?? []
      reportUnknownRoles(in: assignments, known: roles.map(\.key), to: section.context.problems)
      return AccessPolicy(
        roles: Dictionary(roles.map { ($0.key, Set($0.value)) }) { first, _ in first },
        assignments: assignments.compactMap { assignment in
          assignment.assignee.map { .init($0, roles: assignment.roles.map(\.value)) }
        })
    }
  }

  private static func reportUnknownRoles(
    in assignments: [ReadAssignment], known: [String], to problems: ProblemList
  ) {
    for role in assignments.flatMap(\.roles) where !known.contains(role.value) {
      problems.report(
        "unknown role \(Wording.quoted(role.value)); declare it under 'access.roles' ("
          + Wording.known(known, insteadOf: role.value) + ")", at: role.position)
    }
  }
}

extension Reading where Value == ReadAssignment {
  fileprivate static var assignment: Reading {
    .object(AssignmentKeys.shape) { section in
      let assignees: [AccessPolicy.Assignee?] = [
        section.value(AssignmentKeys.fileOwner).map { _ in .fileOwner },
        section.value(AssignmentKeys.osUser).map { .osUser($0) },
        section.value(AssignmentKeys.osGroup).map { .osGroup($0) },
        section.value(AssignmentKeys.directoryGroup).map { .directoryGroup($0) },
        section.value(AssignmentKeys.localUser).map { .localUser($0) },
        section.value(AssignmentKeys.operator).map { .operator($0) },
      ]
      return ReadAssignment(
        assignee: assignees.compactMap { $0 }.first,
        roles: section.value(AssignmentKeys.roles) ?? [])
    }
  }
}
