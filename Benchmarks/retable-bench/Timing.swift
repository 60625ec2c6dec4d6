import Foundation
import LinearAlgebra

/// How long something took, on the clock and in processor seconds of all threads together. On a machine that others
/// use, processor seconds of one thread are what stays comparable.
struct Timing {
  var seconds, processorSeconds: Double

  init(_ body: () throws -> Void) rethrows {
    let (wall, processor) = (ContinuousClock.now, clock())
    try body()
    seconds = (.now - wall) / .seconds(1)
    processorSeconds = Double(clock() - processor) / Double(CLOCKS_PER_SEC)
  }

  init(seconds: Double, processorSeconds: Double) {
    self.seconds = seconds
    self.processorSeconds = processorSeconds
  }

  static func - (a: Timing, b: Timing) -> Timing {
    Timing(
      seconds: a.seconds - b.seconds, processorSeconds: a.processorSeconds - b.processorSeconds)
  }

  /// The one in the middle by the clock.
  static func median(_ timings: [Timing]) -> Timing {
    timings.sorted { $0.seconds < $1.seconds }[timings.count / 2]
  }

  /// One large single-precision product, the shortest of seven: the yardstick for everything made of products.
  static func sgemm() -> (timing: Timing, work: Double) {
    let size = 2048
    let a = Matrix<Float>(rows: size, columns: size, repeating: 1)
    var c = Matrix<Float>(rows: size, columns: size)
    let timings = (0..<7).map { _ in Timing { c.setToProduct(a, a) } }
    return (
      Timing(
        seconds: timings.map(\.seconds).min() ?? .nan,
        processorSeconds: timings.map(\.processorSeconds).min() ?? .nan), 2 * Double(size * size * size)
    )
  }
}

/// Calls `update`, which answers a loss: `warmUp` times, and then `updates` times in every round. Gives the round in the
/// middle by the clock, and the last loss.
func timeTraining(
  warmUp: Int, rounds: Int, updates: Int, _ update: () throws -> Double
) throws -> (timing: Timing, loss: Double) {
  for _ in 0..<warmUp { _ = try update() }
  var loss = 0.0
  let timings = try (0..<rounds).map { _ in
    try Timing { for _ in 0..<updates { loss = try update() } }
  }
  return (Timing.median(timings), loss)
}

/// Largest resident size of this process so far.
func peakMegabytes() -> Double {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return Double(line?.filter(\.isNumber) ?? "").map { $0 / 1024 } ?? .nan
}
