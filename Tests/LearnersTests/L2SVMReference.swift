import Foundation
import Learners
import LinearAlgebra

/// scikit-learn's machines and neighbours, written by `reference/l2svm.py`.
struct L2SVMReference: Decodable {
  struct Machine: Decodable {
    var name: String
    var features: [Float]
    var columns, classes: Int
    var labels: [Int]
    var strength, bias: Double
    var standardised: Bool
    /// One per class.
    var objectives: [Double]
    /// Of the first rows.
    var decisions: [Double]

    var matrix: Matrix<Float> {
      Matrix(rows: labels.count, columns: columns, elements: features)
    }

    var options: L2SVM.Options {
      L2SVM.Options(
        C: strength, bias: bias == 0 ? .unpenalised : .penalised(feature: bias),
        standardisation: standardised ? .withOffset() : .none, tolerance: 1e-9)
    }
  }

  struct Neighbours: Decodable {
    var features, queries: [Float]
    var columns, classes: Int
    var labels, k: [Int]
    var indices: [[Int]]
    var distances: [Double]
    var predictions: [[Int]]
  }

  var machines: [Machine]
  var neighbours: Neighbours

  static func load(file: String = #filePath) throws -> L2SVMReference {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("reference/l2svm.json"))
    return try JSONDecoder().decode(L2SVMReference.self, from: data)
  }
}

extension L2SVM {
  /// w_k x + b_k for every row and class: rows x classes.
  func decisionValues(_ features: Matrix<Float>) -> Matrix<Float> {
    var values = features.times(weights, right: .transposed)
    for row in 0..<values.rows {
      for k in 0..<values.columns { values[row, k] += Float(biases[k]) }
    }
    return values
  }
}

/// A matrix that hands out copies of its rows, as a file or a feature extractor would.
struct StreamedRows: RowSource {
  let matrix: Matrix<Float>
  var rows: Int { matrix.rows }
  var columns: Int { matrix.columns }

  func withRows<R>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<Float>) throws -> R) throws -> R {
    try matrix.selecting(rows: range).withUnsafeElements(body)
  }
}
