/// What is left to do of a plan: which steps wait for inputs, which are ready, and how long all of it will take.
///
/// Every operation costs the size of what it touches and not of the plan, which may have tens of thousands of steps.
/// Steps are named by their positions in the plan.
struct Workload {
  enum State: Equatable {
    /// Not needed: neither a target nor read by a step that has to run.
    case outside
    case waiting, running, done, failed
  }

  private let steps: [Step]
  private let readers: [[Int]]
  private(set) var state: [State]
  /// Expected seconds and bytes of every step that has been given work.
  private let expected: [Expectation]
  private var missingInputs: [Int] = []
  /// Expected seconds from the start of a step to the end of the longest chain that hangs on it.
  private var chain: [Double] = []
  /// Waiting steps whose inputs are there, the most urgent one last.
  private var ready: [Int] = []
  private(set) var running: Set<Int> = []
  /// Expected core-seconds of everything that waits.
  private var waitingWork = 0.0
  private(set) var waitingCount = 0

  struct Expectation {
    var seconds: Double
    var memory: Int
  }

  /// - Parameters:
  ///   - toRun: positions of the steps that have to run.
  ///   - done: positions of needed steps that are cached.
  init(plan: Plan, toRun: [Int], done: [Int], history: History) {
    steps = plan.steps
    readers = plan.readers
    state = Array(repeating: .outside, count: steps.count)
    for position in done { state[position] = .done }
    for position in toRun { state[position] = .waiting }
    expected = plan.steps.indices.map { position in
      let step = plan.steps[position]
      return Expectation(seconds: history.seconds(for: step), memory: history.memory(for: step))
    }
    arrange()
  }

  /// Works out chains and readiness anew from the states.
  private mutating func arrange() {
    missingInputs = Array(repeating: 0, count: steps.count)
    chain = Array(repeating: 0, count: steps.count)
    waitingWork = 0
    waitingCount = 0
    for position in steps.indices.reversed() {
      guard state[position] == .waiting || state[position] == .running else { continue }
      var behind = 0.0
      for reader in readers[position] where state[reader] == .waiting {
        behind = max(behind, chain[reader])
        missingInputs[reader] += 1
      }
      chain[position] = expected[position].seconds + behind
    }
    for position in steps.indices where state[position] == .waiting { count(position, sign: 1) }
    ready = steps.indices.filter { state[$0] == .waiting && missingInputs[$0] == 0 }.sorted(by: isLessUrgent)
  }

  /// The longest chain first; equal ones in the order of the plan, so that runs are alike.
  private func isLessUrgent(_ a: Int, _ b: Int) -> Bool {
    chain[a] != chain[b] ? chain[a] < chain[b] : a > b
  }

  private mutating func count(_ position: Int, sign: Int) {
    waitingCount += sign
    waitingWork += Double(sign * steps[position].needs.cores) * expected[position].seconds
  }

  private mutating func makeReady(_ position: Int) {
    var (low, high) = (0, ready.count)
    while low < high {
      let middle = (low + high) / 2
      if isLessUrgent(ready[middle], position) { low = middle + 1 } else { high = middle }
    }
    ready.insert(position, at: low)
  }
}

extension Workload {
  func seconds(of position: Int) -> Double { expected[position].seconds }
  func memory(of position: Int) -> Int { expected[position].memory }

  /// Everything that waits, in the order of the plan.
  var waiting: [Int] { steps.indices.filter { state[$0] == .waiting } }

  /// Whether a step waits for nothing but its turn.
  func isReady(_ position: Int) -> Bool { state[position] == .waiting && missingInputs[position] == 0 }

  /// The most urgent ready step that `fits`.
  func mostUrgent(where fits: (Int) -> Bool) -> Int? { ready.last(where: fits) }

  /// Counts a ready step as running.
  mutating func start(_ position: Int) {
    guard let place = ready.lastIndex(of: position) else {
      preconditionFailure("the step '\(steps[position].label)' is not ready to start")
    }
    ready.remove(at: place)
    state[position] = .running
    running.insert(position)
    count(position, sign: -1)
  }

  mutating func finish(_ position: Int) {
    running.remove(position)
    state[position] = .done
    for reader in readers[position] where state[reader] == .waiting {
      missingInputs[reader] -= 1
      if missingInputs[reader] == 0 { makeReady(reader) }
    }
  }

  /// A running step that has to run once more.
  mutating func putBack(_ position: Int) {
    running.remove(position)
    state[position] = .waiting
    count(position, sign: 1)
    makeReady(position)
  }

  /// Marks a step as failed and returns the steps that can no longer run, in the order of the plan.
  mutating func fail(_ position: Int) -> [Int] {
    running.remove(position)
    state[position] = .failed
    var lost: Set<Int> = []
    var open = [position]
    while let next = open.popLast() {
      for reader in readers[next] where state[reader] == .waiting {
        state[reader] = .failed
        count(reader, sign: -1)
        lost.insert(reader)
        open.append(reader)
      }
    }
    return lost.sorted()
  }

  /// Puts steps back that were thought to be done, with the step that found out about them.
  mutating func require(_ positions: [Int]) {
    for position in positions where state[position] != .running {
      running.remove(position)
      state[position] = .waiting
    }
    arrange()
  }

  /// The same for a running step, which gives up its place.
  mutating func giveUp(_ position: Int, requiring inputs: [Int]) {
    running.remove(position)
    state[position] = .waiting
    require(inputs)
  }

  /// Expected seconds until the end on so many cores: the work that is left spread over them, but not less than the
  /// longest chain.
  ///
  /// - Parameter spent: seconds that a running step has been at work.
  func remainingSeconds(cores: Int, spent: (Int) -> Double) -> Double {
    var work = waitingWork
    var longest = ready.last.map { chain[$0] } ?? 0
    for position in running {
      let left = max(0, expected[position].seconds - spent(position))
      work += left * Double(min(steps[position].needs.cores, cores))
      longest = max(longest, chain[position] - expected[position].seconds + left)
    }
    return max(longest, work / Double(cores))
  }
}
