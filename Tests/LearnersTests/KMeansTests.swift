import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import Learners

struct KMeansTests {
  /// For every sample its nearest centroid, as an iteration finds it.
  private func assignments(_ samples: Matrix<Float>, to centroids: Matrix<Float>) throws -> [Int] {
    var lloyd = Lloyd(samples, centroids: centroids, views: 1, workers: Workers())
    _ = try lloyd.assign()
    return lloyd.choices.map { Int($0.centroid) }
  }

  @Test func `one step and five iterations are scikit-learn's`() throws {
    let known = try KMeansReference.load().lloyd
    let x = matrix(known.rows, columns: known.columns)
    let start = matrix(known.start, columns: known.columns)
    var stream = RandomStream(seed: 1)
    let one = try KMeans.fit(x, from: start, .init(centroids: 19, iterations: 1), stream: &stream)
    #expect(try assignments(x, to: start) == known.assignments)
    #expect(abs(one.history[0].inertia / known.inertia - 1) < 1e-6)
    #expect(one.history[0].changed == x.rows && one.history[0].reseeded == 0)
    #expect(distance(one.centroids.elements, known.step) < 1e-5)
    // Inertia is that of the centroids an iteration begins with, so the sixth one tells about the first five.
    let six = try KMeans.fit(x, from: start, .init(centroids: 19, iterations: 6), stream: &stream)
    let five = try KMeans.fit(x, from: start, .init(centroids: 19, iterations: 5), stream: &stream)
    #expect(distance(five.centroids.elements, known.centroidsAfterFive) < 1e-5)
    #expect(abs(six.history[5].inertia / known.inertiaAfterFive - 1) < 1e-6)
  }

  @Test func `the nearest view of an item moves its centroid, as in NumPy`() throws {
    let known = try KMeansReference.load().views
    let x = matrix(known.rows, columns: known.columns)
    let start = matrix(known.start, columns: known.columns)
    var stream = RandomStream(seed: 1)
    let fit = try KMeans.fit(
      x, from: start, .init(centroids: start.rows, iterations: 3, viewsPerItem: known.views), stream: &stream)
    #expect(distance(fit.history.map(\.inertia), known.inertia) < 1e-4)
    #expect(distance(fit.centroids.elements, known.centroids) < 1e-5)
    #expect(fit.history[0].changed == x.rows / known.views)
  }

  static let initialisations: [KMeans.Initialisation] = [
    .noise(standardDeviation: 0.1), .plusPlus, .samples,
  ]

  @Test(arguments: initialisations, [1, 4])
  func `inertia never rises without re-seeding, and any number of threads gives the same bits`(
    initialisation: KMeans.Initialisation, views: Int
  ) throws {
    let (x, _) = clouds(2000, 9, classes: 40, spread: 0.5, seed: 7)
    let configuration = KMeans.Configuration(
      centroids: 37, iterations: 60, initialisation: initialisation, viewsPerItem: views)
    let fits = try [1, 2, 3].map { threads in
      var stream = RandomStream(seed: 8)
      return try KMeans.fit(x, configuration, stream: &stream, threads: threads)
    }
    #expect(fits[0] == fits[1] && fits[0] == fits[2])
    for (before, after) in zip(fits[0].history, fits[0].history.dropFirst()) where before.reseeded == 0 {
      #expect(after.inertia <= before.inertia * (1 + 1e-7))
    }
    #expect(fits[0].history.last!.inertia < fits[0].history.first!.inertia)
  }

  @Test(arguments: [1, 4], [33, 300])
  func `bounds leave out distances and change no bit of the result`(views: Int, centroids: Int) throws {
    // Wide clouds, so that samples go on changing sides for many iterations; the last block of rows is not full.
    let (x, _) = clouds(6000, 20, classes: 200, spread: 0.7, seed: 21)
    func fit(_ keepsBounds: Bool, threads: Int) throws -> KMeans {
      var stream = RandomStream(seed: 22)
      return try KMeans.fit(
        x,
        .init(
          centroids: centroids, iterations: 40, initialisation: .samples, viewsPerItem: views,
          keepsBounds: keepsBounds), stream: &stream, threads: threads)
    }
    let (plain, bounded) = (try fit(false, threads: 2), try fit(true, threads: 2))
    #expect(bounded.centroids == plain.centroids)
    #expect(bounded.history.map(\.changed) == plain.history.map(\.changed))
    #expect(bounded.history.map(\.inertia) == plain.history.map(\.inertia))
    #expect(try fit(true, threads: 1) == bounded)
    let (few, all) = (bounded.history.last!.distances, plain.history.last!.distances)
    #expect(all == x.rows * centroids && few < (centroids == 300 ? all / 2 : all))
  }

  /// 64 rows of bounds hold seven items of nine views and one row is over, so there are more blocks than full ones.
  @Test func `bounds have room for items that do not fill their blocks`() throws {
    let (all, _) = clouds(6000, 20, classes: 200, spread: 0.7, seed: 21)
    let x = all.selecting(rows: 0..<5994)
    func fit(_ keepsBounds: Bool) throws -> KMeans {
      var stream = RandomStream(seed: 22)
      return try KMeans.fit(
        x,
        .init(
          centroids: 40, iterations: 20, initialisation: .samples, viewsPerItem: 9, keepsBounds: keepsBounds),
        stream: &stream)
    }
    #expect(try fit(true).centroids == fit(false).centroids)
  }

  @Test func `bounds survive centroids that jump, copies of each other and samples far out`() throws {
    var (x, _) = clouds(3000, 6, classes: 30, spread: 0.3, seed: 23)
    for row in stride(from: 0, to: 3000, by: 500) { x[row, row / 500] = 1e4 }
    for row in stride(from: 1, to: 3000, by: 7) { for column in 0..<6 { x[row, column] = x[1, column] } }
    // Copies, of which all but the first stay empty and jump in every iteration.
    let start = Matrix<Float>(rows: 50, columns: 6) { elements in
      for k in 0..<50 { for column in 0..<6 { elements[k * 6 + column] = x[k < 30 ? 5 * k : 5, column] } }
    }
    func fit(_ keepsBounds: Bool) throws -> KMeans {
      var stream = RandomStream(seed: 24)
      return try KMeans.fit(
        x, from: start, .init(centroids: 50, iterations: 30, keepsBounds: keepsBounds), stream: &stream)
    }
    let (plain, bounded) = (try fit(false), try fit(true))
    #expect(plain.history.contains { $0.reseeded > 0 })
    #expect(bounded.centroids == plain.centroids)
    #expect(bounded.history.map(\.inertia) == plain.history.map(\.inertia))
  }

  @Test func `a converged run says so, ends early and is a fixed point`() throws {
    let (x, _) = clouds(500, 3, classes: 5, spread: 0.1, seed: 9)
    var stream = RandomStream(seed: 1)
    let fit = try KMeans.fit(
      x, .init(centroids: 5, iterations: 200, initialisation: .plusPlus), stream: &stream)
    #expect(fit.converged && fit.history.count < 200)
    let again = try KMeans.fit(x, from: fit.centroids, .init(centroids: 5, iterations: 2), stream: &stream)
    #expect(distance(again.centroids.elements, fit.centroids.elements) < 1e-5)
  }

  @Test func `every iteration is told as it ends, and may be the last one`() throws {
    struct Enough: Error {}
    let (x, _) = clouds(500, 3, classes: 5, seed: 9)
    var stream = RandomStream(seed: 1)
    var told: [KMeans.Iteration] = []
    let fit = try KMeans.fit(x, .init(centroids: 20, iterations: 4), stream: &stream) {
      told.append($1)
      #expect($0 == told.count)
    }
    #expect(told.map(\.inertia) == fit.history.map(\.inertia) && told.count == 4)
    var count = 0
    #expect(throws: Enough.self) {
      try KMeans.fit(x, .init(centroids: 20, iterations: 4), stream: &stream) { done, _ in
        count = done
        if done == 2 { throw Enough() }
      }
    }
    #expect(count == 2)
  }

  @Test func `k-means++ finds well separated clouds`() throws {
    let (x, labels) = clouds(900, 8, classes: 30, spread: 0.01, seed: 10)
    var stream = RandomStream(seed: 3)
    let fit = try KMeans.fit(
      x, .init(centroids: Set(labels).count, iterations: 20, initialisation: .plusPlus), stream: &stream)
    let assigned = try assignments(x, to: fit.centroids)
    #expect(Set(zip(labels, assigned).map { [$0, $1] }).count == Set(labels).count)
  }

  @Test func `empty centroids are replaced by samples and counted`() throws {
    let x = Matrix<Float>(rows: 6, columns: 1, elements: [0, 1, 2, 10, 11, 12])
    let start = Matrix<Float>(rows: 3, columns: 1, elements: [1, 1000, -1000])
    var stream = RandomStream(seed: 1)
    let fit = try KMeans.fit(x, from: start, .init(centroids: 3, iterations: 1), stream: &stream)
    #expect(fit.history.map(\.reseeded) == [2])
    #expect(fit.centroids[0, 0] == 6)
    #expect(x.elements.contains(fit.centroids[1, 0]) && x.elements.contains(fit.centroids[2, 0]))
  }

  @Test func `equally near centroids: the first one wins`() throws {
    let x = Matrix<Float>(rows: 2, columns: 1, elements: [0, 5])
    let centroids = Matrix<Float>(rows: 40, columns: 1, elements: (0..<40).map { $0 % 2 == 0 ? 1 : -1 })
    #expect(try assignments(x, to: centroids) == [0, 0])
  }

  @Test func `identical samples and as many centroids as samples are fine`() throws {
    var stream = RandomStream(seed: 1)
    let same = Matrix<Float>(rows: 8, columns: 2, repeating: 3)
    for initialisation in Self.initialisations {
      let fit = try KMeans.fit(
        same, .init(centroids: 8, iterations: 5, initialisation: initialisation), stream: &stream)
      #expect(fit.centroids.elements.allSatisfy { $0.isFinite })
      #expect(fit.history.last!.inertia < 1e-6)
    }
  }

  @Test func `bad data are refused by name`() {
    var stream = RandomStream(seed: 1)
    var x = Matrix<Float>(rows: 4, columns: 2)
    let error = #expect(throws: LearnerError.self) {
      try KMeans.fit(x, .init(centroids: 5), stream: &stream)
    }
    #expect(
      error?.description
        == "KMeans: 5 components were asked for, at most 4 exist (4 samples); ask for fewer")
    #expect(throws: LearnerError.noSamples(learner: "KMeans")) {
      try KMeans.fit(Matrix(rows: 0, columns: 2), .init(centroids: 1), stream: &stream)
    }
    x[2, 1] = .infinity
    #expect(throws: LearnerError.notFinite(learner: "KMeans", row: 2, column: 1, value: .infinity)) {
      try KMeans.fit(x, .init(centroids: 1), stream: &stream)
    }
  }
}
