import Datasets
import Files
import Pipeline

extension Step {
  /// Whether the step reads a data set that was not found when it was planned.
  public var readsMissingData: Bool {
    let fingerprint = parameters["fingerprint"]
    return fingerprint?.string == DataSources.missing
      || fingerprint?.object?.values.contains { $0.string == DataSources.missing } ?? false
  }
}

extension Agenda {
  /// What steps that have to run will not find in the data folder, each with how to get it. Known before anything runs.
  public var missingData: [(step: Step, problem: String)] {
    toRun.compactMap { step in
      guard step.readsMissingData else { return nil }
      return (step, step.dataProblem ?? "its data are missing")
    }
  }
}

extension Step {
  /// Why the data of the step cannot be read, or nil where they can.
  fileprivate var dataProblem: String? {
    if !sources.isEmpty {
      do {
        for path in sources.values.sorted() { _ = try Fingerprint.ofContent(path) }
        return nil
      } catch {
        return "\(error)"
      }
    }
    guard let (set, split) = dataSteps.first(where: { $0.name == kind })?.source(of: self) else { return nil }
    do {
      let path = try set.locate(in: Paths.dataFolder())
      _ = try set.fingerprint(split, at: path, DigestCache())
      return nil
    } catch {
      return "\(error)"
    }
  }
}
