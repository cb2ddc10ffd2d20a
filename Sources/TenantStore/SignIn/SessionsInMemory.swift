package import Administration
package import Authorization
internal import Synchronization

/// The sessions of one process. They end with it: people have to sign in again.
package final class SessionsInMemory: SessionKeeping {
  private struct Entry {
    var signedIn: SignedIn
    let began: Duration
    var lastUsed: Duration
    var checked: Duration
    var unanswered: Duration?
    var message: String?

    func isAlive(_ now: Duration) -> Bool {
      now - lastUsed < SessionLimits.idleTime && now - began < SessionLimits.longestTime
    }
  }

  private let elapsed: @Sendable () -> Duration
  private let entries = Mutex<[SessionKey: Entry]>([:])

  /// - Parameter elapsed: a clock that only goes forward.
  package init(elapsed: @escaping @Sendable () -> Duration) { self.elapsed = elapsed }

  package func begin(_ key: SessionKey, _ signedIn: SignedIn) {
    let now = elapsed()
    entries.withLock { entries in
      entries = entries.filter { $0.value.isAlive(now) }
      let own = entries.filter {
        $0.key.tenant == key.tenant && $0.value.signedIn.actor.userName == signedIn.actor.userName
      }
      if own.count >= SessionLimits.mostOfOneActor, let oldest = Self.oldest(of: own) {
        entries[oldest] = nil
      }
      if entries.count >= SessionLimits.most, let oldest = Self.oldest(of: entries) {
        entries[oldest] = nil
      }
      entries[key] = Entry(signedIn: signedIn, began: now, lastUsed: now, checked: now)
    }
  }

  package func session(_ key: SessionKey) -> KeptSession? {
    let now = elapsed()
    return entries.withLock { entries in
      guard var entry = entries[key], entry.isAlive(now) else {
        entries[key] = nil
        return nil
      }
      entry.lastUsed = now
      entries[key] = entry
      return KeptSession(
        signedIn: entry.signedIn, sinceChecked: now - entry.checked,
        sinceUnanswered: entry.unanswered.map { now - $0 }, message: entry.message)
    }
  }

  package func renew(_ key: SessionKey, _ signedIn: SignedIn) {
    let now = elapsed()
    entries.withLock { entries in
      entries[key]?.signedIn = signedIn
      entries[key]?.checked = now
      entries[key]?.unanswered = nil
    }
  }

  package func noteUnanswered(_ key: SessionKey) {
    let now = elapsed()
    entries.withLock { $0[key]?.unanswered = now }
  }

  package func put(_ message: String?, _ key: SessionKey) {
    entries.withLock { $0[key]?.message = message }
  }

  package func end(_ key: SessionKey) { entries.withLock { $0[key] = nil } }

  private static func oldest(of entries: [SessionKey: Entry]) -> SessionKey? {
    entries.min { $0.value.lastUsed < $1.value.lastUsed }?.key
  }
}
