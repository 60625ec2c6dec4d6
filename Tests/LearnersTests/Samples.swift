import LinearAlgebra
import Randomness

/// Gaussian clouds around random centres.
func clouds(
  _ samples: Int, _ features: Int, classes: Int, spread: Double = 1, seed: UInt64
) -> (features: Matrix<Float>, labels: [Int]) {
  var stream = RandomStream(seed: seed)
  let centres = (0..<(classes * features)).map { _ in stream.normal() }
  let labels = (0..<samples).map { _ in stream.index(below: classes) }
  let points = labels.flatMap { label in
    (0..<features).map { Float(centres[label * features + $0] + spread * stream.normal()) }
  }
  return (Matrix(rows: samples, columns: features, elements: points), labels)
}

func accuracy(_ predictions: [Int], _ labels: [Int]) -> Double {
  Double(zip(predictions, labels).count { $0 == $1 }) / Double(labels.count)
}
