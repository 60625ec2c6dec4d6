import Files
import Foundation

/// The Python that examples are run with, where it has what they need; `RETABLE_PYTHON` names another one.
enum Python {
  static let path = ProcessInfo.processInfo.environment["RETABLE_PYTHON"] ?? "python3"

  static func has(_ modules: String...) -> Bool {
    let outcome = BoundedProcess.run(
      path, ["-c", "import \(modules.joined(separator: ", "))"],
      environment: ProcessInfo.processInfo.environment, within: .seconds(120))
    guard case .ended(code: 0, _, _) = outcome else { return false }
    return true
  }
}
