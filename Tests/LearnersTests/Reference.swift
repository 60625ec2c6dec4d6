import Foundation
import LinearAlgebra

/// scikit-learn's answers, written by `reference/generate.py`.
struct Reference: Decodable {
  struct Logistic: Decodable {
    struct Case: Decodable {
      /// scikit-learn's C.
      var strength: Double
      var weights, intercepts, probabilities: [Double]
    }
    var features: [Float]
    var columns, classes: Int
    var labels: [Int]
    var cases: [Case]
  }

  struct Binary: Decodable {
    var features: [Float]
    var columns: Int
    var labels: [Int]
    var probabilities: [Double]
  }

  struct Components: Decodable {
    var features: [Float]
    var columns: Int
    var mean, components, variances, ratio, projected: [Double]
  }

  struct Independent: Decodable {
    var whitened: [Float]
    var columns: Int
    var start, unmixing: [Double]
  }

  struct Boosting: Decodable {
    var features, test: [Float]
    var columns, classes, rounds, depth: Int
    var labels, predictions: [Int]
    var importances: [Double]
  }

  struct Machine: Decodable {
    var values: [Float]
    var classes: Int
    var labels, predictions: [Int]
    var slopes, intercepts: [Double]
  }

  var logistic: Logistic
  var binary: Binary
  var pca: Components
  var ica: Independent
  var boosting: [Boosting]
  var svm: [Machine]

  static func load(file: String = #filePath) throws -> Reference {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("reference/learners.json"))
    return try JSONDecoder().decode(Reference.self, from: data)
  }
}

/// Rows of the given width.
func matrix<Element>(_ elements: [Element], columns: Int) -> Matrix<Element> {
  Matrix(rows: elements.count / columns, columns: columns, elements: elements)
}

/// The largest absolute difference; infinite for different lengths.
func distance(_ a: some Collection<some BinaryFloatingPoint>, _ b: some Collection<some BinaryFloatingPoint>)
  -> Double
{
  a.count == b.count ? zip(a, b).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) } : .infinity
}
