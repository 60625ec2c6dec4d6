import Datasets
import Manifest
import Pipeline

/// What can go wrong inside a step that its user can mend.
public struct StepsError: Error, CausedError, CustomStringConvertible, Equatable {
  public let cause: StepFailure.Cause
  public let description: String

  init(_ cause: StepFailure.Cause = .failed, _ description: String) {
    self.cause = cause
    self.description = description
  }
}

/// A training whose loss is no number any more.
struct Divergence: Error, CausedError, CustomStringConvertible, Equatable {
  let name: String
  let value: Double
  let update: Int

  var cause: StepFailure.Cause { .failed }
  var description: String {
    // A machine's spelling of NaN has signs and bits in it.
    "training diverged: \(name) is \(value.isNaN ? "not a number" : "infinite") at update \(update); "
      + "lower the learning rate"
  }
}

extension DatasetError: CausedError {
  public var cause: StepFailure.Cause { .dataMissing }
}

/// Parameters that no manifest could have given come from a damaged or forged artifact.
extension ParameterError: CausedError {
  public var cause: StepFailure.Cause { .corruptInput }
}
