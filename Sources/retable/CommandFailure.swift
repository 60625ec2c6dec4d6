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

  /// What a table that ends so weighs against others: a regression beats all, good news a missing baseline.
  fileprivate var weight: Int {
    switch self {
    case .success: 0
    case .noBaseline: 1
    case .improved: 2
    case .regressed: 4
    default: 3
    }
  }

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

  init(_ error: any Error, colour: Bool = Terminal.isColoured(2)) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as ManifestError: self.init(error.rendered(colour: colour), code: .usage)
    case let error as EnvironmentError: self.init("error: \(error)", code: .usage)
    case let error as DatasetError: self.init("error: \(error)", code: .dataMissing)
    case let error as FileError where error.isDiskFull: self.init("error: \(error)", code: .diskFull)
    case let error as HDF5Error where error.isDiskFull: self.init("error: \(error)", code: .diskFull)
    case let code as ExitCode: self.init("", code: code)
    default: self.init("error: \(error)", code: .stepFailed)
    }
  }

  func tell() {
    if !message.isEmpty { Terminal.error(message) }
  }

  func leave() -> Never {
    tell()
    code.leave()
  }
}

/// How several tables end, one after another: what goes wrong with one keeps no other from its turn.
struct Endings {
  private var worst = ExitCode.success

  mutating func take(_ code: ExitCode) {
    if code.weight > worst.weight { worst = code }
  }

  /// Tells what has gone wrong with a table. Throws where the user has interrupted, which ends all of them.
  mutating func tell(_ error: any Error) throws {
    let failure = CommandFailure(error)
    guard failure.code != .interrupted else { throw failure }
    failure.tell()
    take(failure.code)
  }

  /// Throws the worst of all codes. What it stands for has been told.
  func check() throws {
    if worst != .success { throw CommandFailure("", code: worst) }
  }
}
