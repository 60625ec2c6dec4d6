import Learners
import LinearAlgebra
import Testing

struct KNNTests {
  @Test func `finds scikit-learn's neighbours`() throws {
    let known = try L2SVMReference.load().neighbours
    let model = try KNN(
      matrix(known.features, columns: known.columns), labels: known.labels, classes: known.classes)
    let queries = matrix(known.queries, columns: known.columns)
    let found = try model.neighbours(of: queries, count: known.k.max()!)
    #expect(found.map { $0.map(\.sample) } == known.indices)
    #expect(distance(found.joined().map { $0.squaredDistance.squareRoot() }, known.distances) < 1e-6)
    #expect(try model.predict(queries, k: known.k) == known.predictions)
  }

  @Test func `blocks change nothing`() throws {
    let (features, labels) = clouds(2500, 6, classes: 3, seed: 18)
    let (queries, _) = clouds(600, 6, classes: 3, seed: 19)
    let model = try KNN(StreamedRows(matrix: features), labels: labels, classes: 3)
    let found = try model.neighbours(of: StreamedRows(matrix: queries), count: 3)
    for query in [0, 255, 256, 599] {
      let all = (0..<2500).map { sample in
        zip(queries[row: query], features[row: sample]).reduce(0.0) {
          $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
        }
      }
      let nearest = all.indices.sorted { all[$0] < all[$1] }.prefix(3)
      #expect(found[query].map(\.sample) == Array(nearest))
    }
  }

  @Test func `close points far from the origin keep their order`() throws {
    // |a|^2 is 10^10 here, and the squared distances are 1, 4, 9 and so on: single precision cannot tell them apart.
    let features = Matrix<Float>(
      rows: 10, columns: 2, elements: (1...10).flatMap { [100_000 + Float($0), 0] })
    let model = try KNN(features, labels: Array(0..<10), classes: 10)
    let found = try model.neighbours(of: matrix([100_000, 0] as [Float], columns: 2), count: 10)
    #expect(found[0].map(\.sample) == Array(0..<10))
  }

  @Test func `a tied vote goes to the nearest`() throws {
    let model = try KNN(
      matrix([1, 2, 3, 4, 10] as [Float], columns: 1), labels: [2, 0, 0, 2, 1], classes: 3)
    #expect(
      try model.predict(matrix([0] as [Float], columns: 1), k: [1, 2, 3, 4, 5]) == [[2], [2], [0], [2], [2]])
  }

  @Test func `a NaN is named by place`() throws {
    let model = try KNN(matrix([1, .nan] as [Float], columns: 1), labels: [0, 1], classes: 2)
    #expect(throws: LearnerError.self) { try model.predict(matrix([0] as [Float], columns: 1), k: [1]) }
    let sound = try KNN(matrix([1, 2] as [Float], columns: 1), labels: [0, 1], classes: 2)
    let error = #expect(throws: LearnerError.self) {
      try sound.predict(matrix([0, .infinity] as [Float], columns: 1), k: [1])
    }
    #expect(error == .notFinite(learner: "KNN query", row: 1, column: 0, value: .infinity))
  }
}
