import LinearAlgebra

/// Whitening by the symmetric root of the covariance: x <- W (x - mean) with W = V (D + epsilon)^(-1/2) V^T, where
/// V D V^T is the covariance (Coates, Lee and Ng 2011, section 3.1; "zero-phase" of Bell and Sejnowski 1997).
///
/// Of all whitening matrices this one changes the samples least, so whitened patches still look like patches.
public struct ZCA: Sendable, Codable, Equatable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case zca
    /// Leaves the samples as they are, for the ablation.
    case none
  }

  public let kind: Kind
  /// One value per feature; zeros for ``Kind/none``.
  public let mean: [Float]
  /// features x features, symmetric; the identity for ``Kind/none``.
  public let matrix: Matrix<Float>

  public init(kind: Kind, mean: [Float], matrix: Matrix<Float>) {
    precondition(
      matrix.rows == mean.count && matrix.columns == mean.count, "\(mean.count) means do not fit the matrix")
    self.kind = kind
    self.mean = mean
    self.matrix = matrix
  }

  /// No whitening of samples with `features` elements.
  public static func none(features: Int) -> ZCA {
    var identity = Matrix<Float>(rows: features, columns: features)
    for index in 0..<features { identity[index, index] = 1 }
    return ZCA(kind: .none, mean: [Float](repeating: 0, count: features), matrix: identity)
  }

  /// Fits on samples x features in two passes (means, then the covariance about them), in double precision.
  ///
  /// - Parameter epsilon: added to every eigenvalue; 0.1 for contrast-normalised patches. Directions with less variance
  ///   than that are not blown up to unit variance.
  /// - Throws: ``LearnerError``, `LinearAlgebraError`, and whatever `samples` throws.
  public static func fit(_ samples: some RowSource, epsilon: Double = 0.1, kind: Kind = .zca) throws -> ZCA {
    precondition(epsilon >= 0, "epsilon \(epsilon) would take the root of a negative number")
    guard samples.rows > 0 else { throw LearnerError.noSamples(learner: "ZCA") }
    guard kind == .zca else { return none(features: samples.columns) }
    let (means, covariance) = try samples.covariance(Double.self, learner: "ZCA", blockRows: 4096)
    return ZCA(
      kind: .zca, mean: means.map { Float($0) },
      matrix: try inverseRoot(covariance, epsilon: epsilon).converted(to: Float.self))
  }

  /// V (D + epsilon)^(-1/2) V^T; a null direction stays null when epsilon is 0.
  static func inverseRoot(_ covariance: Matrix<Double>, epsilon: Double) throws -> Matrix<Double> {
    let eigen = try SymmetricEigen(covariance)
    let largest = max(0, eigen.values.first ?? 0)
    var scaled = eigen.vectors
    for (row, value) in eigen.values.enumerated() {
      // Rounding may leave a null direction slightly negative.
      let variance = max(0, value) + epsilon
      let factor = variance > largest * 1e-12 ? 1 / variance.squareRoot() : 0
      for column in 0..<scaled.columns { scaled[row, column] *= factor }
    }
    let root = eigen.vectors.times(scaled, left: .transposed)
    // Exactly symmetric, so that rows and columns are the same thing.
    var symmetric = root
    symmetric.mirrorUpperTriangle()
    return symmetric
  }

  /// Whitens every row in place.
  public func apply(to samples: inout Matrix<Float>, threads: Int? = nil) {
    precondition(samples.columns == mean.count, "\(mean.count) features were fitted, not \(samples.columns)")
    guard kind == .zca else { return }
    let (rows, columns) = (samples.rows, samples.columns)
    let whitening = Whitening(self)
    let block = 96
    samples.withUnsafeMutableElements { elements in
      // Each piece has rows of its own.
      nonisolated(unsafe) let elements = elements
      Workers(threads).forEach((rows + block - 1) / block) { piece in
        let part = UnsafeMutableBufferPointer(
          rebasing: elements[(piece * block * columns)..<(min(rows, (piece + 1) * block) * columns)])
        withUnsafeTemporaryAllocation(of: Float.self, capacity: part.count) { white in
          whitening.apply(UnsafeBufferPointer(part), into: white)
          _ = part.update(fromContentsOf: white)
        }
      }
    }
  }
}

/// A fitted ``ZCA`` in the layout of the inner loops.
struct Whitening: Sendable {
  let panels: VectorPanels
  private let bias: [Float]

  init(_ zca: ZCA) {
    panels = VectorPanels(zca.matrix)
    let shift = zca.matrix.converted(to: Double.self).times(vector: zca.mean.map(Double.init))
    var bias = shift.map { Float(-$0) }
    bias += [Float](repeating: 0, count: panels.paddedCount - bias.count)
    self.bias = bias
  }

  /// W (x - mean) for every sample; `white` is as long as `samples` and apart from it.
  func apply(_ samples: UnsafeBufferPointer<Float>, into white: UnsafeMutableBufferPointer<Float>) {
    bias.withUnsafeBufferPointer { panels.findProducts(samples, bias: $0, white) }
  }
}
