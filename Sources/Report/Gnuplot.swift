import Files
import Foundation

/// The program gnuplot, which turns a script into a PNG.
struct Gnuplot {
  let path: String

  /// The program on the search path; throws `ReportError.missingGnuplot`.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(ReportError) {
    guard let path = Paths.program("gnuplot", environment: environment) else { throw .missingGnuplot }
    self.path = path
  }

  /// The bytes of the picture a figure's script draws; equal scripts give equal bytes.
  func draw(_ figure: Figure) throws -> [UInt8] {
    let folder = Paths.join(
      FileManager.default.temporaryDirectory.path, "retable-figure-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let program = figure.script.drawable(by: Fonts())
    // A file, not a pipe: gnuplot may write its picture before it has read the whole script.
    let script = Paths.join(folder, "figure.gp")
    try Data(program.code.utf8).write(to: URL(fileURLWithPath: script))
    let texts = Paths.join(folder, GnuplotScript.dataFile)
    try Data(program.data.utf8).write(to: URL(fileURLWithPath: texts))
    // Numbers are read and written with a point whatever the user's language.
    let variables = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }
    let outcome = BoundedProcess.run(
      path, [script], environment: variables, folder: folder, within: Gnuplot.patience)
    guard case .ended(let code, _, let text) = outcome else {
      throw ReportError.gnuplot(figure: figure.name, message: Gnuplot.reason(outcome))
    }
    let picture = Paths.join(folder, GnuplotScript.output)
    guard code == 0, let bytes = FileManager.default.contents(atPath: picture),
      !bytes.isEmpty
    else {
      let line = text.split(separator: "\n").last { !$0.allSatisfy { " ^".contains($0) } }
      throw ReportError.gnuplot(
        figure: figure.name, message: line.map(String.init) ?? "exit status \(code)")
    }
    return [UInt8](bytes)
  }

  /// Far more than any figure takes on a busy machine.
  private static let patience = Duration.seconds(300)

  private static func reason(_ outcome: BoundedProcess.Outcome) -> String {
    switch outcome {
    case .hung: "it did not end in \(patience.components.seconds) s"
    case .notStarted(let error): "\(error)"
    case .notFound, .ended: "it is not there any more"
    }
  }
}
