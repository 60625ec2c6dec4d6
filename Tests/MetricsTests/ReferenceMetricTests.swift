import Datasets
import LinearAlgebra
import Testing

@testable import Metrics

private struct Table: Decodable {
  var sizes: [Int]
  var trainCodes, testCodes: [[Double]]
  var trainLabels, testLabels: [[Int]]
  var information, importance, svm, squaredCorrelation, batchVariances, correlationRatios: [[Double]]
  var entropies, gaps, modularity, disentanglements, completenesses, informativeness: [Double]
  var svmGaps, squaredCorrelationGaps, areas, accuracies, difference, means: [Double]
  var disentanglement, completeness: Double
  var batches, pairs: [[Int]]
  var informative: [Int]
}

@Suite("Metrics against NumPy and scikit-learn on the same codes")
struct ReferenceMetricTests {
  private let table: Table
  private let sample: TrainTestSample

  init() throws {
    table = try Reference.load(Table.self, "metrics.json")
    let names = ["a", "b", "c"]
    sample = TrainTestSample(
      train: try FactorSample(
        codes: Matrix(table.trainCodes), factors: names, labels: table.trainLabels, classes: table.sizes),
      test: try FactorSample(
        codes: Matrix(table.testCodes), factors: names, labels: table.testLabels, classes: table.sizes))
  }

  @Test func mutualInformationGap() throws {
    let score = try MutualInformationGap().score(sample.train)
    #expect(largestError(score.information.information, table.information) < 1e-12)
    #expect(largestError(score.information.entropies, table.entropies) < 1e-12)
    #expect(largestError(score.gaps, table.gaps) < 1e-12)
    #expect(score.dimensions == table.informative)
  }

  @Test func responses() throws {
    let grid = FactorGrid(names: ["a", "b", "c"], sizes: table.sizes)
    let labels = table.trainLabels
    let pool = try CodePool(
      grid: grid,
      indices: labels[0].indices.map { item in grid.index(of: labels.map { $0[item] }) },
      codes: .dense(Matrix(table.trainCodes)))
    let responses = (0..<pool.dimensions).map { pool.response(ofDimension: $0) }
    #expect(
      largestError(responses.map { r in (0..<3).map { r.explained(by: [$0]) } }, table.correlationRatios)
        < 1e-6)
    let means = responses[1].means(by: [0, 2])
    #expect(largestError(means.map { $0.isNaN ? -1e9 : $0 }, table.means) < 1e-6)
    // All factors together leave nothing to explain where no two members share them.
    let one = try CodePool(
      grid: grid, indices: [0, 5, 9], codes: .dense(Matrix([[1], [4], [2]]))
    ).response(ofDimension: 0)
    #expect(one.explained(by: [0, 1, 2]) == 1)
    let still = try CodePool(grid: grid, indices: [0, 5], codes: .dense(Matrix([[3], [3]])))
    #expect(still.response(ofDimension: 0).explained(by: [0]) == 0)
  }

  @Test func modularity() throws {
    let score = try Modularity().score(sample.train)
    #expect(largestError(score.dimensions, table.modularity) < 1e-12)
    #expect(abs(score.modularity - table.modularity.reduce(0, +) / 5) < 1e-12)
  }

  @Test func dciFromTheReferenceImportances() throws {
    let score = try DCI.score(
      importance: table.importance, factors: ["a", "b", "c"], accuracies: table.informativeness)
    #expect(largestError(score.disentanglements, table.disentanglements) < 1e-9)
    #expect(largestError(score.completenesses, table.completenesses) < 1e-9)
    #expect(abs(score.disentanglement - table.disentanglement) < 1e-9)
    #expect(abs(score.completeness - table.completeness) < 1e-9)
  }

  /// Equally good splits are broken at random there: between its own seeds these numbers move by up to 0.001.
  @Test func dciFromTheCodes() throws {
    let score = try DCI(.init(boosting: .init(rounds: 20))).score(sample)
    #expect(largestError(score.importance, table.importance) < 2e-3)
    #expect(abs(score.disentanglement - table.disentanglement) < 2e-3)
    #expect(abs(score.completeness - table.completeness) < 2e-3)
    // One of 200 test images may fall on the other side of a tied threshold.
    #expect(largestError(score.accuracies, table.informativeness) < 0.0051)
  }

  @Test func sapByMachines() throws {
    let score = try SAP().score(sample)
    #expect(largestError(score.scores, table.svm) < 1e-12)
    #expect(largestError(score.gaps, table.svmGaps) < 1e-12)
  }

  @Test func sapByCorrelation() throws {
    let score = try SAP(.init(predictor: .squaredCorrelation)).score(sample)
    #expect(largestError(score.scores, table.squaredCorrelation) < 1e-10)
    #expect(largestError(score.gaps, table.squaredCorrelationGaps) < 1e-10)
  }

  /// Both solvers stop near one optimum; ranks and predictions of 200 images hardly notice.
  @Test func readouts() throws {
    let explicitness = try Explicitness().score(sample)
    #expect(largestError(explicitness.areas, table.areas) < 1e-3)
    let readout = try LinearFactorReadout().score(sample)
    #expect(largestError(readout.accuracies, table.accuracies) < 0.0051)
    #expect(readout.chance == [0.25, 0.2, 1.0 / 3])
    #expect(readout.reports.allSatisfy { $0.converged })
  }

  @Test func batchVariances() {
    var moments = BatchVariance(.dense(sample.train.codes))
    for (batch, expected) in zip(table.batches, table.batchVariances) {
      var variances = [Float](repeating: 0, count: 5)
      variances.withUnsafeMutableBufferPointer { moments.variances(of: batch.map { Int32($0) }, into: $0) }
      #expect(zip(variances, expected).allSatisfy { relativeError(Double($0), $1) < 1e-6 }, "\(variances)")
    }
  }

  @Test func meanDifference() {
    var accumulator = Accumulator(.dense(sample.train.codes))
    var row = [Float](repeating: 0, count: 5)
    row.withUnsafeMutableBufferPointer {
      accumulator.meanDifference(table.pairs.map { (Int32($0[0]), Int32($0[1])) }, into: $0)
    }
    #expect(largestError(row.map { Double($0) }, table.difference) < 1e-6)
  }
}
