import ArgumentParser
import Datasets
import Files
import Foundation
import HDF5
import Manifest
import Pipeline

/// What the process's exit code says; documented in the README.
extension ExitCode {
  static let stepFailed = ExitCode(1)
  static let usage = ExitCode(2)
  static let regressed = ExitCode(3)
  static let improved = ExitCode(4)
  static let noBaseline = ExitCode(5)
  static let dataMissing = ExitCode(6)
  static let diskFull = ExitCode(7)
  static let interrupted = ExitCode(130)

  /// Every code that a command ends with, for the manual page.
  static let meanings: [(code: ExitCode, meaning: String)] = [
    (.success, "Fine."), (.stepFailed, "A step failed."), (.usage, "The manifest or the usage is wrong."),
    (.regressed, "A number regressed, or cannot be compared."),
    (.improved, "A number improved beyond its tolerance."), (.noBaseline, "No results to report on."),
    (.dataMissing, "Data are missing or damaged."), (.diskFull, "The disk is full."),
    (.interrupted, "Interrupted."),
  ]

  func leave() -> Never { exit(rawValue) }
}

/// A message for the user with the exit code that goes with it.
struct CommandFailure: Error {
  let message: String
  let code: ExitCode

  init(_ message: String, code: ExitCode) {
    self.message = message
    self.code = code
  }

  init(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as ManifestError:
      self.init(error.rendered(colour: Terminal.isColoured(2)), code: .usage)
    case let error as EnvironmentError: self.init("error: \(error)", code: .usage)
    case let error as DatasetError: self.init("error: \(error)", code: .dataMissing)
    case let error as FileError where error.isDiskFull: self.init("error: \(error)", code: .diskFull)
    case let error as HDF5Error where error.isDiskFull: self.init("error: \(error)", code: .diskFull)
    case let code as ExitCode: self.init("", code: code)
    default: self.init("error: \(error)", code: .stepFailed)
    }
  }

  func leave() -> Never {
    if !message.isEmpty { Terminal.error(message) }
    code.leave()
  }
}
