import LinearAlgebra
import Randomness

extension L2SVM {
  /// Which samples judge a C that was fitted to the others.
  public enum Validation: Sendable, Equatable {
    /// These rows, once.
    case heldOut([Int])
    /// Each fold in turn; one number in 0..<count of folds per row, see ``stratifiedFolds(_:classes:count:using:)``.
    case folds([Int])
  }

  /// What a search for C found.
  public struct Search: Sendable, Equatable {
    /// The candidates that were tried.
    public var strengths: [Double]
    /// Accuracy on the rows left out: one list per candidate, one value per fold. Empty where a fit has not converged.
    public var accuracies: [[Double]]
    /// Why candidates have no accuracies, by their place in `strengths`.
    public var failures: [Int: LearnerError]

    /// Mean over folds, one per candidate; nil where a fit has not converged.
    public var means: [Double?] {
      accuracies.map { $0.isEmpty ? nil : $0.reduce(0, +) / Double($0.count) }
    }

    /// The candidates, that with the largest mean first, the smaller one of equals; those that failed come last.
    public var ranking: [Double] {
      zip(strengths, means).map { ($0, $1 ?? -1) }.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }.map(
        \.0)
    }
  }

  /// The fold of every sample: each class's samples are dealt out in random order, so that every fold has its share.
  public static func stratifiedFolds(
    _ labels: [Int], classes: Int, count: Int, using stream: inout RandomStream
  ) -> [Int] {
    precondition(count > 1, "a cross validation needs two folds, not \(count)")
    var folds = [Int](repeating: 0, count: labels.count)
    var dealt = 0
    for label in 0..<classes {
      let members = labels.indices.filter { labels[$0] == label }
      for position in stream.permutation(members.count) {
        folds[members[position]] = dealt % count
        dealt += 1
      }
    }
    return folds
  }

  /// Fits every C without the rows that are left out and counts how many of those it gets right.
  ///
  /// One Gram matrix of all rows serves every fold and every C: it only preconditions, and the rows left out of a fold
  /// are to the iteration what rows beyond their margin are. All folds of one C are fitted together, each from the
  /// solution of the C before. A standardisation uses the statistics of all rows given, the judging ones included (their
  /// features, never their labels); what must not be seen at all must not be among `features`.
  ///
  /// A candidate whose fits do not all converge judges nothing and counts as worse than any other.
  ///
  /// - Parameters:
  ///   - strengths: candidates for C; ascending ones warm-start best.
  ///   - patience: after so many candidates in a row that judge worse than the best before them the rest is not tried;
  ///     nil tries all. Large C overfit, and take the longest.
  ///   - options: its C is not used.
  ///   - progress: called with the position of every candidate before it is fitted; what it throws ends the search.
  /// - Throws: as ``fit(_:labels:classes:options:)``, but for fits that do not converge.
  public static func search(
    _ features: some RowSource, labels: [Int], classes: Int, strengths: [Double], validation: Validation,
    patience: Int? = nil,
    options: Options = Options(), progress: (Int) throws -> Void = { _ in }
  ) throws -> Search {
    precondition(!strengths.isEmpty, "a search needs a candidate for C")
    let folds = foldNumbers(validation, samples: features.rows)
    let judges = judges(folds)
    let task = try L2SVMTask(features, labels: labels, classes: classes, options: options)
    let problems = try L2SVMProblems(task, folds: folds, count: judges.count)
    var result = Search(strengths: [], accuracies: [], failures: [:])
    var worse = 0
    _ = try task.solve(problems, strengths: strengths, keepingDecisions: true, progress: progress) {
      solution in
      let (place, best) = (result.strengths.count, result.means.compactMap(\.self).max() ?? -1)
      result.strengths.append(strengths[place])
      result.failures[place] = problems.failure(solution, C: strengths[place], tolerance: options.tolerance)
      result.accuracies.append(
        result.failures[place] != nil
          ? []
          : judges.enumerated().map { fold, rows in
            problems.accuracy(fold: Int32(fold), rows: rows, solution.decisions)
          })
      worse = result.means[place] ?? -1 < best ? worse + 1 : 0
      return patience.map { worse >= $0 } ?? false
    }
    return result
  }

  /// The fold that leaves a row out, -1 for rows that are never left out.
  private static func foldNumbers(_ validation: Validation, samples: Int) -> [Int32] {
    switch validation {
    case .folds(let folds):
      precondition(folds.count == samples, "\(folds.count) fold numbers for \(samples) samples")
      precondition(folds.allSatisfy { $0 >= 0 }, "a fold's number cannot be negative")
      return folds.map(Int32.init)
    case .heldOut(let rows):
      var result = [Int32](repeating: -1, count: samples)
      for row in rows {
        precondition((0..<samples).contains(row), "row \(row) of \(samples) samples cannot be held out")
        result[row] = 0
      }
      return result
    }
  }

  /// The rows of every fold.
  private static func judges(_ folds: [Int32]) -> [[Int]] {
    var result = [[Int]](repeating: [], count: Int(folds.max() ?? -1) + 1)
    for (row, fold) in folds.enumerated() where fold >= 0 { result[Int(fold)].append(row) }
    precondition(
      !result.isEmpty && result.allSatisfy { !$0.isEmpty }, "every fold needs a row to be judged by")
    return result
  }
}

extension L2SVMProblems {
  /// One problem per fold and class that the fold's fit sees.
  fileprivate init(_ task: L2SVMTask, folds: [Int32], count: Int) throws(LearnerError) {
    var problems: [Problem] = []
    for fold in 0..<Int32(count) {
      let seen = Set(zip(task.labels, folds).lazy.filter { $0.1 != fold }.map(\.0))
      guard let first = seen.first else { throw .noSamples(learner: L2SVM.learner) }
      guard seen.count > 1 else { throw .singleClass(learner: L2SVM.learner, label: Int(first)) }
      problems += seen.sorted().map { Problem(positive: $0, heldOut: fold) }
    }
    self.init(labels: task.labels, folds: folds, problems: problems, C: 1)
  }

  // swift-format-ignore: AlwaysUseLowerCamelCase
  /// The first problem that has not converged, if there is one.
  fileprivate func failure(_ solution: L2SVMTask.Solution, C: Double, tolerance: Double) -> LearnerError? {
    zip(problems, solution.endings).first { !$0.1.converged }.map { problem, ending in
      .notConverged(
        learner: L2SVM.learner,
        part: "class \(problem.positive) without fold \(problem.heldOut) at C = \(C)",
        iterations: ending.newtonSteps, reached: ending.gap / ending.objective, tolerance: tolerance)
    }
  }

  /// The share of `rows` whose label has the largest decision value among the fold's problems, the first among equals.
  fileprivate func accuracy(fold: Int32, rows: [Int], _ decisions: Matrix<Double>) -> Double {
    let candidates = problems.indices.filter { problems[$0].heldOut == fold }
    let right = rows.count { row in
      var best = candidates[0]
      for problem in candidates where decisions[problem, row] > decisions[best, row] { best = problem }
      return problems[best].positive == labels[row]
    }
    return Double(right) / Double(rows.count)
  }
}
