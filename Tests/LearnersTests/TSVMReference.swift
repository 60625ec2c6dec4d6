import Foundation
import Learners
import LinearAlgebra

/// Answers of exact Newton steps in NumPy, written by `reference/tsvm.py`.
struct TSVMReference: Decodable {
  struct Transductive: Decodable {
    struct Answer: Decodable {
      var method: TSVM.Method
      var strength: Double
      /// One per class.
      var objectives: [Double]
      /// Of the rows without labels, class by class.
      var signs: [[Int]]
      /// Of the first rows, class by class.
      var decisions: [Double]
    }

    var features: [Float]
    var columns: Int
    /// -1 where there is none.
    var labels: [Int]
    var lambda: Double
    var answers: [Answer]

    var matrix: Matrix<Float> { Matrix(rows: labels.count, columns: columns, elements: features) }
    var known: [Int?] { labels.map { $0 < 0 ? nil : $0 } }
  }

  struct Stiff: Decodable {
    struct Case: Decodable {
      var strength: Double
      /// One per class.
      var objectives: [Double]
    }

    var features: [Float]
    var columns: Int
    var labels: [Int]
    var cases: [Case]
  }

  var transductive: [Transductive]
  var stiff: Stiff

  static func load(file: String = #filePath) throws -> TSVMReference {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("reference/tsvm.json"))
    return try JSONDecoder().decode(TSVMReference.self, from: data)
  }
}
