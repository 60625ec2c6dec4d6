import LinearAlgebra

/// The coordinates in which Newton's steps are taken. Both spaces describe the same weights: as they are
/// (``L2SVMWeightSpace``), or as sums of samples (``L2SVMSampleSpace``), which is shorter when there are more features
/// than samples and loses nothing, because the smallest penalised objective is reached by a sum of samples.
///
/// Inner products are those of the weights in either space.
protocol L2SVMSpace {
  /// Everything Newton's method needs to know at `point`.
  func evaluate(_ point: L2SVMVectors<Double>, _ problems: some SquaredHingeProblems) throws
    -> L2SVMEvaluation

  /// |residual|^2, as ``L2SVM/Report/Machine/dualityGap`` counts it, twice.
  func squaredNorms(_ residual: L2SVMVectors<Float>, curvatureSums: [Double]) -> [Double]

  /// M^-1 residual, where M is the Hessian with all samples violating their margin, and <residual, M^-1 residual>.
  func precondition(_ residual: L2SVMVectors<Float>) -> (direction: L2SVMDirection, products: [Double])

  /// direction := next + factors direction; answers Hessian * direction and <direction, Hessian direction>.
  func advance(
    _ direction: inout L2SVMDirection, by next: L2SVMDirection, factors: [Double], curvature: Matrix<Float>
  ) throws -> (product: L2SVMVectors<Float>, curvatures: [Double])

  /// The penalty along point + t step is constant + p1 t + p2 t^2 / 2: p1 and p2 for every problem.
  func penaltySlopes(_ point: L2SVMVectors<Double>, along step: L2SVMDirection) -> (
    p1: [Double], p2: [Double]
  )
}

/// The objective and its derivatives at a point, for every problem.
struct L2SVMEvaluation {
  /// problems x samples.
  var decisions: Matrix<Double>
  /// Second derivatives of the loss by decision value: problems x samples.
  var curvature: Matrix<Float>
  /// Sums of `curvature` over samples.
  var curvatureSums: [Double]
  var objectives: [Double]
  var gradient: L2SVMVectors<Float>

  init(_ problems: some SquaredHingeProblems, gradient: L2SVMVectors<Float>, objectives: [Double]) {
    decisions = Matrix(rows: problems.count, columns: problems.samples)
    curvature = Matrix(rows: problems.count, columns: problems.samples)
    curvatureSums = [Double](repeating: 0, count: problems.count)
    self.objectives = objectives
    self.gradient = gradient
  }
}

/// A direction and what it does to decision values.
struct L2SVMDirection {
  var vectors: L2SVMVectors<Float>
  /// problems x samples; empty where it is not known yet.
  var image: Matrix<Float>

  func selecting(_ chosen: [Int]) -> L2SVMDirection {
    L2SVMDirection(
      vectors: vectors.selecting(chosen), image: image.rows == 0 ? image : image.selecting(rows: chosen))
  }
}
