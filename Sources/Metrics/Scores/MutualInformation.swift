import Foundation
import LinearAlgebra

/// Discrete mutual information between code dimensions and factors, in nats.
public struct MutualInformation: Sendable, Codable, Equatable {
  /// information[d][k] between dimension d and factor k.
  public let information: [[Double]]
  /// Entropy of each factor in the sample.
  public let entropies: [Double]

  /// Discretises each dimension of the codes into `bins` bins of equal width over its own range.
  public init(_ sample: FactorSample, bins: Int) {
    entropies = zip(sample.labels, sample.classes).map { labels, classes in
      MutualInformation.entropy(labels, classes: classes)
    }
    let byDimension = sample.codes.transposed()
    var information = [[Double]](
      repeating: [Double](repeating: 0, count: sample.factors.count), count: sample.codes.columns)
    information.withUnsafeMutableBufferPointer { information in
      // Each range writes its own dimensions and no others.
      nonisolated(unsafe) let information = information
      concurrently(information.count) { range in
        for dimension in range {
          let binned = MutualInformation.bin(byDimension[row: dimension].map { Double($0) }, bins: bins)
          information[dimension] = zip(sample.labels, sample.classes).map { labels, classes in
            MutualInformation.between(binned, bins, labels, classes)
          }
        }
      }
    }
    self.information = information
  }
}

extension MutualInformation {
  /// The bin of each value: edges are equally spaced from the smallest value to the largest, each bin holds its
  /// lower edge and the last one also the maximum. Values without any range share bin 0.
  static func bin(_ values: [Double], bins: Int) -> [Int] {
    guard let low = values.min(), let high = values.max(), high > low else {
      return [Int](repeating: 0, count: values.count)
    }
    let width = (high - low) / Double(bins)
    return values.map { value in
      var bin = min(Int((value - low) / width), bins - 1)
      // The quotient may round across an edge; the edges themselves decide.
      while bin > 0, value < low + Double(bin) * width { bin -= 1 }
      while bin < bins - 1, value >= low + Double(bin + 1) * width { bin += 1 }
      return bin
    }
  }

  /// sum p(a, b) ln(p(a, b) / (p(a) p(b))).
  static func between(_ a: [Int], _ aClasses: Int, _ b: [Int], _ bClasses: Int) -> Double {
    var joint = [Int](repeating: 0, count: aClasses * bClasses)
    var aCounts = [Int](repeating: 0, count: aClasses)
    var bCounts = [Int](repeating: 0, count: bClasses)
    for (x, y) in zip(a, b) {
      joint[x * bClasses + y] += 1
      aCounts[x] += 1
      bCounts[y] += 1
    }
    let n = Double(a.count)
    var sum = 0.0
    for x in 0..<aClasses {
      for y in 0..<bClasses where joint[x * bClasses + y] > 0 {
        let count = Double(joint[x * bClasses + y])
        sum += count / n * log(count * n / (Double(aCounts[x]) * Double(bCounts[y])))
      }
    }
    return max(0, sum)
  }

  /// -sum p ln p.
  static func entropy(_ labels: [Int], classes: Int) -> Double {
    var counts = [Int](repeating: 0, count: classes)
    for label in labels { counts[label] += 1 }
    let n = Double(labels.count)
    return counts.reduce(0) { $1 == 0 ? $0 : $0 - Double($1) / n * log(Double($1) / n) }
  }
}
