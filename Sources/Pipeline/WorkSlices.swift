import Files

/// How long a step has been worked on before: an interrupted training goes on from a checkpoint, and its record has the
/// seconds of all its parts. A part that was killed is not counted.
struct WorkSlices {
  /// Of the parts that were interrupted.
  private(set) var seconds: Double
  private let path: String

  /// - Parameter folder: the step's folder of unfinished work.
  init(folder: String) {
    path = "\(folder)/seconds"
    let text = try? POSIXFileSystem().text(of: path)
    seconds = text.flatMap(Double.init) ?? 0
  }

  /// Keeps the sum for the next part. The time is not worth a failure: where it cannot be written it is lost.
  func add(_ part: Double) {
    try? DurableFile.write("\(seconds + part)", to: path)
  }
}
