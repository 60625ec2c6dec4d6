import Datasets
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

extension DatasetError: CausedError {
  public var cause: StepFailure.Cause { .dataMissing }
}
