import Learners
import LinearAlgebra
import Randomness
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
      #expect(found[query].map(\.sample) == nearest(3, to: queries[row: query], among: features))
    }
  }

  /// The definition, in double precision.
  private func nearest(_ count: Int, to query: ArraySlice<Float>, among features: Matrix<Float>) -> [Int] {
    let all = (0..<features.rows).map { sample in
      zip(query, features[row: sample]).reduce(0.0) {
        $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
      }
    }
    return Array(all.indices.sorted { (all[$0], $0) < (all[$1], $1) }.prefix(count))
  }

  @Test(arguments: [1, 2, 5]) func `rounding costs no neighbour, and threads change nothing`(threads: Int)
    throws
  {
    // |a|^2 is 10^10 and the squared distances are single digits, with many equal ones: in single precision all of the
    // 3,000 samples are equally near.
    var stream = RandomStream(seed: 20)
    func points(_ count: Int) -> Matrix<Float> {
      Matrix(
        rows: count, columns: 2,
        elements: (0..<(2 * count)).map { _ in 100_000 + Float(stream.index(below: 100)) / 4 })
    }
    let (features, queries) = (points(3000), points(300))
    let model = try KNN(features, labels: (0..<3000).map { $0 % 7 }, classes: 7)
    let found = try model.neighbours(of: queries, count: 9, threads: threads)
    for query in stride(from: 0, to: 300, by: 23) {
      #expect(found[query].map(\.sample) == nearest(9, to: queries[row: query], among: features))
    }
  }

  @Test func `squares beyond single precision are no obstacle`() throws {
    let elements = (0..<100).flatMap { sample -> [Float] in [Float(sample) * 1e25, -3e30] }
    let features = Matrix<Float>(rows: 100, columns: 2, elements: elements)
    let model = try KNN(features, labels: Array(0..<100), classes: 100)
    #expect(try model.predict(features, k: [1]) == [Array(0..<100)])
  }

  @Test(arguments: [0, 3]) func `a k that the samples cannot give is refused`(k: Int) throws {
    let model = try KNN(matrix([1, 2] as [Float], columns: 1), labels: [0, 1], classes: 2)
    let error = #expect(throws: LearnerError.self) {
      try model.predict(matrix([0] as [Float], columns: 1), k: [1, k])
    }
    #expect(
      error?.description
        == "KNN: \(k) neighbours were asked for; choose 1 to 2, which is how many samples there are")
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
