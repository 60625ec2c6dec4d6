import CKernels
import LinearAlgebra

/// x <- (x - mean(x)) / sqrt(var(x) + offset) over the elements of one sample, with the sample variance (Coates, Lee
/// and Ng 2011, section 3.1).
///
/// The offset keeps flat samples from becoming noise of unit size. It has the scale of the data squared: 10 belongs to
/// pixels in 0...255.
public struct ContrastNormalisation: Sendable, Codable, Equatable {
  public var offset: Float

  public init(offset: Float = 10) {
    precondition(offset >= 0, "an offset of \(offset) would take the root of a negative number")
    self.offset = offset
  }

  /// Normalises every row in place.
  public func apply(to samples: inout Matrix<Float>) {
    let columns = samples.columns
    samples.withUnsafeMutableElements { apply(to: $0, columns: columns) }
  }

  func apply(to samples: UnsafeMutableBufferPointer<Float>, columns: Int) {
    guard !samples.isEmpty else { return }
    kernels.normalise_contrast(samples.baseAddress!, samples.count / columns, columns, offset)
  }
}
