internal import Administration
package import Logging
internal import Synchronization
internal import TenantCore

/// Runs what the schedule says, and tells what is to be told.
package actor Scheduler {
  /// How long the end waits for runs that were abandoned; a thread that hangs in a library ends with the
  /// process.
  static let longestEnd = Duration.seconds(15)

  private let source: any TenantSource
  private let clock: ServiceClock
  private let logger: Logger
  private let tell: @Sendable (TenantNotification) -> Void
  private let didComplete: @Sendable (String) -> Void

  private var schedule: Schedule
  private var roster = Roster()
  private var statistics = RunStatistics()
  private var runs: [String: RunInProgress] = [:]
  private var timer: Task<Void, Never>?
  private var isReady = false
  /// Who waits until the tenants were read once.
  private var waiting: [CheckedContinuation<Void, Never>]? = []
  private var isReading = false
  private var isToRead = false
  /// The tenants of which another host may have changed something.
  private var toLookAt: Set<String> = []
  private var isLooking = false
  /// The tenants of whose trouble somebody was told although it could not be found out whether another host had done so.
  private var toldAlone: Set<String> = []

  /// What the loop waits for; several reasons at once are one.
  private let wakes = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
  private let isStopping = Atomic(false)
  private let isFinished = Atomic(false)

  /// Makes a scheduler; nothing is read yet.
  ///
  /// - Parameters:
  ///   - jobs: the most runs at once.
  ///   - tell: takes what an operator is to be told.
  ///   - didComplete: is given a tenant whose run was complete.
  package init(
    source: any TenantSource, jobs: Int, clock: ServiceClock, logger: Logger,
    tell: @escaping @Sendable (TenantNotification) -> Void,
    didComplete: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.source = source
    self.clock = clock
    self.logger = logger
    self.tell = tell
    self.didComplete = didComplete
    schedule = Schedule(jobs: jobs)
  }

  /// Reads the tenants and keeps them fresh until ``stop()``; then waits for what is under way.
  ///
  /// - Throws: ``Failure`` if not even the folder of tenant files can be read.
  package func run() async throws {
    await reload()
    guard isReady else {
      throw Failure(.configuration, "there is no tenant to keep up to date; see the line before")
    }
    for await _ in wakes.stream {
      if isStopping.load(ordering: .relaxed) { break }
      tick()
    }
    await finish()
    isFinished.store(true, ordering: .relaxed)
  }

  /// True once nothing runs any more.
  nonisolated var hasFinished: Bool { isFinished.load(ordering: .relaxed) }

  /// Reads the tenants again; runs that are under way continue.
  ///
  /// While they are read already, they are read once more afterwards: what was read last counts.
  package func reload() async {
    isToRead = true
    guard !isReading else { return }
    isReading = true
    while isToRead {
      isToRead = false
      await read()
    }
    isReading = false
  }

  private func read() async {
    let new = await source.read()
    // Not even the folder could be read: what is known stays.
    if new.isFolderBroken {
      roster.isFolderBroken = true
    } else {
      await adopt(new)
      logger.notice(
        "the tenant files were read",
        metadata: ["tenants": "\(new.jobs.count)", "broken": "\(new.broken.count)"])
      isReady = true
    }
    for continuation in waiting ?? [] { continuation.resume() }
    waiting = nil
    wake()
  }

  /// Waits until the tenants were read once, with their latest runs: before, nothing is known of them.
  func firstReading() async {
    await withCheckedContinuation { continuation in
      if waiting == nil { continuation.resume() } else { waiting?.append(continuation) }
    }
  }

  /// Ends ``run()``: begins nothing more, abandons the runs that read, waits for those that write.
  package nonisolated func stop() {
    isStopping.store(true, ordering: .relaxed)
    wake()
  }

  private nonisolated func wake() { wakes.continuation.yield() }

  private func adopt(_ new: Roster) async {
    var lasts: [String: LastRuns] = [:]
    for (name, job) in new.jobs where roster.jobs[name] == nil {
      lasts[name] = await lastRuns(of: name, job)
    }
    let now = clock.elapsed()
    for name in roster.jobs.keys where new.jobs[name] == nil {
      schedule.remove(name)
      statistics.forget(name)
    }
    for (name, job) in new.jobs {
      if let old = roster.jobs[name] {
        guard old.version != job.version else { continue }
        schedule.change(name, interval: job.interval, now: now)
      } else {
        let last = lasts[name]
        if let last { statistics.note(last, of: name) }
        let moment = (last?.complete).map { clock.moment(of: $0.completedAt) }
        schedule.add(name, interval: job.interval, lastSuccess: moment, now: now)
      }
    }
    roster = new
  }

  private func lastRuns(of tenant: String, _ job: TenantJob) async -> LastRuns? {
    do {
      return try await job.lastRuns()
    } catch {
      logger.error(
        "the last run cannot be looked up: \(error)", metadata: ["tenant": "\(tenant)"])
      return nil
    }
  }

  /// Begins what is due, tells what became stale, and sets the timer.
  private func tick() {
    let now = clock.elapsed()
    lookAtRuns(now)
    for tenant in schedule.newlyStale(now: now) {
      announce(.stale, of: tenant, staleness(of: tenant), run: nil)
    }
    for tenant in schedule.begin(now: now) {
      guard let job = roster.jobs[tenant] else { continue }
      runs[tenant] = RunInProgress(clock) { [self] sign in
        let result = await job.refresh(sign)
        await took(result, of: tenant, clock.elapsed() - now)
      }
    }
    setTimer()
  }

  /// Sees which runs only wait, and abandons those that have read for too long.
  private func lookAtRuns(_ now: Duration) {
    for (tenant, run) in runs where run.lastMoment.map({ $0 <= now }) ?? false {
      run.abandon(isOverdue: true)
      if run.isOverdue {
        logger.error(
          "the run is abandoned: it has taken \(RunInProgress.longest)",
          metadata: ["tenant": "\(tenant)"])
      }
    }
    schedule.setWaiting(
      Set(runs.filter { $0.value.isSilent(at: now) }.keys),
      slow: Set(runs.filter { $0.value.isSlow(at: now) }.keys))
  }

  /// Begins a run that somebody asked for.
  ///
  /// - Parameter work: makes the run; it calls the closure that it is given whenever it gets on.
  /// - Returns: false if the tenant runs already, or the service is about to end.
  func run(
    _ tenant: String,
    _ work: @escaping @Sendable (@escaping @Sendable (RunSign) -> Void) async -> RunResult
  ) -> Bool {
    guard !isStopping.load(ordering: .relaxed), schedule.beginNow(tenant) else { return false }
    let now = clock.elapsed()
    runs[tenant] = RunInProgress(clock) { [self] sign in
      await took(await work(sign), of: tenant, clock.elapsed() - now)
    }
    return true
  }

  /// What is known of one tenant at this moment; nil if the service does not run it.
  func report(of tenant: String) -> TenantReport? {
    report().tenants.first { $0.tenant == tenant }
  }

  // MARK: - Other hosts

  /// Looks at a tenant of which another host may have changed something; a tenant of which this is said again meanwhile is
  /// looked at once more.
  func heard(of tenant: String) async {
    toLookAt.insert(tenant)
    guard !isLooking else { return }
    isLooking = true
    while let next = toLookAt.popFirst() { await look(at: next) }
    isLooking = false
  }

  private func look(at tenant: String) async {
    guard let job = roster.jobs[tenant], !schedule.running.contains(tenant),
      let last = await lastRuns(of: tenant, job), let times = last.times,
      // It may have been dropped, or begun, meanwhile.
      roster.jobs[tenant] != nil, !schedule.running.contains(tenant)
    else { return }
    let success = last.complete.flatMap { news($0, of: tenant) }
    statistics.note(last, of: tenant)
    let event = schedule.follow(tenant, times, lastSuccess: success, now: clock.elapsed())
    if let event, let run = last.complete {
      announce(event, of: tenant, "run \(run.id) of another host is complete", run: run.id)
    }
    if success != nil { didComplete(tenant) }
    wake()
  }

  /// When a run was complete that this schedule does not know of; nil for one that it knows.
  private func news(_ run: RunRecord, of tenant: String) -> Duration? {
    let isNews = statistics.lastSuccess(of: tenant).map { $0 < run.completedAt } ?? true
    return isNews ? clock.moment(of: run.completedAt) : nil
  }

  /// The same of a run that was not due; without other hosts, how old it is is all that counts.
  private func news(_ result: RunResult, of tenant: String) -> Duration? {
    guard let run = result.completeRun else { return nil }
    return result.times == nil ? clock.moment(of: run.completedAt) : news(run, of: tenant)
  }

  private func staleness(of tenant: String) -> String {
    let intervals = "for \(TenantTimes.staleAfter) intervals"
    guard let last = statistics.lastSuccess(of: tenant) else {
      return "no run has been complete yet \(intervals); there is no snapshot"
    }
    return "no run was complete \(intervals); the snapshot is of \(last)"
  }

  private func setTimer() {
    timer?.cancel()
    let now = clock.elapsed()
    let turns = schedule.isFull ? runs.values.flatMap(\.turnMoments).filter { $0 > now } : []
    let moments = [schedule.nextMoment, turns.min()] + runs.values.map(\.lastMoment)
    guard let moment = moments.compactMap(\.self).min() else { return }
    timer = Task { [self] in
      guard (try? await clock.sleep(moment)) != nil else { return }
      wake()
    }
  }

  private func took(_ result: RunResult, of tenant: String, _ duration: Duration) {
    let isOverdue = runs.removeValue(forKey: tenant)?.isOverdue ?? false
    let now = clock.elapsed()
    let result = isOverdue ? Self.overdue(result) : result
    let freshSince = result.outcome == .notDue ? news(result, of: tenant) : now
    let event = schedule.end(
      tenant, result.outcome, freshSince: freshSince, times: result.times, now: now)
    if roster.jobs[tenant] != nil { statistics.note(result, of: tenant, duration) }
    logger.log(
      level: result.logLevel, "\(result.message)",
      metadata: result.logMetadata.merging(["tenant": "\(tenant)"]) { $1 })
    if let event { announce(event, of: tenant, result.message, run: result.number) }
    if result.outcome == .complete { didComplete(tenant) }
    wake()
  }

  /// What was abandoned for its time has failed, and is tried again later.
  private static func overdue(_ result: RunResult) -> RunResult {
    guard result.outcome == .abandoned else { return result }
    return .stopped(
      by: Failure(
        .directoryUnavailable,
        "the run was abandoned after \(RunInProgress.longest): its directory sends users without end, or "
          + "too slowly"))
  }

  /// Tells an event, unless another host has told it.
  private func announce(
    _ event: TenantEvent, of tenant: String, _ message: String, run: Int64?
  ) {
    let note = TenantNotification(
      tenant: tenant, event: event.rawValue, message: message, at: clock.date(), run: run)
    guard let noteTold = roster.jobs[tenant]?.noteTold else { return tellOperator(event, note) }
    Task {
      let isNews = try? await noteTold(event == .recovered ? nil : event.rawValue)
      tellOperator(event, note, isNews: isNews)
    }
  }

  /// Tells an event that hosts share.
  ///
  /// - Parameter isNews: false if another host has told it; nil if that could not be found out.
  private func tellOperator(_ event: TenantEvent, _ note: TenantNotification, isNews: Bool?) {
    if event == .recovered {
      // The others know nothing of what was told while that could not be found out.
      let wasAlone = toldAlone.remove(note.tenant) != nil
      if isNews != false || wasAlone { tellOperator(event, note) }
    } else if isNews != false {
      if isNews == nil { toldAlone.insert(note.tenant) }
      tellOperator(event, note)
    }
  }

  private func tellOperator(_ event: TenantEvent, _ note: TenantNotification) {
    let level: Logger.Level = event == .recovered ? .notice : .warning
    logger.log(
      level: level, "event \(event.rawValue): \(note.message)",
      metadata: ["tenant": "\(note.tenant)"])
    tell(note)
  }

  private func finish() async {
    isReady = false
    timer?.cancel()
    for run in runs.values { run.abandon() }
    let end = clock.elapsed() + Self.longestEnd
    timer = Task { [self] in
      try? await clock.sleep(end)
      wake()
    }
    // Each end of a run wakes, and so does the timer.
    var wakeUps = wakes.stream.makeAsyncIterator()
    while !runs.isEmpty, clock.elapsed() < end || runs.values.contains(where: \.isWriting) {
      await wakeUps.next(isolation: #isolation)
    }
    timer?.cancel()
    for tenant in runs.keys.sorted() {
      logger.error("the run did not stop and is abandoned", metadata: ["tenant": "\(tenant)"])
    }
    logger.notice("the schedule has stopped")
  }

  /// What is known at this moment.
  package func report() -> ServiceReport {
    let now = clock.elapsed()
    let tenants = schedule.tenants.sorted { $0.key < $1.key }.map { name, times in
      var report = statistics.report(of: name)
      report.age = times.lastSuccess.map { now - $0 }
      report.nextRun = clock.seconds(at: times.next)
      report.backoff = times.backoff
      report.isRunning = schedule.running.contains(name)
      report.isWaiting = schedule.waiting.contains(name)
      report.lateness = schedule.lateness(of: name, now: now) ?? .zero
      return report
    }
    return ServiceReport(
      isReady: isReady && !isStopping.load(ordering: .relaxed) && !schedule.isStuck(now: now),
      tenants: tenants,
      broken: roster.broken.sorted(), isFolderBroken: roster.isFolderBroken)
  }
}
