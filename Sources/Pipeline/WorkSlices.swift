import Files

/// How long a step has been worked on before: an interrupted training goes on from a checkpoint, and its record has the
/// time of all its parts. A part that was killed is not counted.
struct WorkSlices {
  /// Of the parts that were interrupted.
  private(set) var time: WorkTime
  private let path: String

  /// - Parameter folder: the step's folder of unfinished work.
  init(folder: String) {
    path = "\(folder)/time"
    let text = try? POSIXFileSystem().text(of: path)
    let numbers = text?.split(separator: " ").compactMap { Double($0) } ?? []
    let isPlausible = numbers.count == 2 && numbers.allSatisfy { RunFacts.plausibleSeconds.contains($0) }
    time = isPlausible ? WorkTime(seconds: numbers[0], processorSeconds: numbers[1]) : WorkTime()
  }

  /// Keeps the sum for the next part. The time is not worth a failure: where it cannot be written it is lost.
  func add(_ part: WorkTime) {
    let sum = time + part
    try? DurableFile.write("\(sum.seconds) \(sum.processorSeconds)", to: path)
  }
}

/// Time on the clock, and time of all threads on their processors: on a busy machine the first says little of the work.
struct WorkTime: Equatable {
  var seconds = 0.0
  var processorSeconds = 0.0

  static func + (a: WorkTime, b: WorkTime) -> WorkTime {
    WorkTime(seconds: a.seconds + b.seconds, processorSeconds: a.processorSeconds + b.processorSeconds)
  }
}
