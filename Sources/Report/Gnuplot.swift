import Files
import Foundation

/// The program gnuplot, which turns a script into a PNG.
struct Gnuplot {
  let path: String

  /// The program on the search path; throws `ReportError.missingGnuplot`.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(ReportError) {
    let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    let candidates = folders.map { Paths.join(String($0), "gnuplot") }
    guard let path = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
      throw .missingGnuplot
    }
    self.path = path
  }

  /// The bytes of the picture a figure's script draws; equal scripts give equal bytes.
  func draw(_ figure: Figure) throws -> [UInt8] {
    let folder = Paths.join(
      FileManager.default.temporaryDirectory.path, "retable-figure-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // A file, not a pipe: gnuplot may write its picture before it has read the whole script.
    let script = Paths.join(folder, "figure.gp")
    try Data(figure.script.code.utf8).write(to: URL(fileURLWithPath: script))
    let texts = Paths.join(folder, GnuplotScript.dataFile)
    try Data(figure.script.data.utf8).write(to: URL(fileURLWithPath: texts))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = [script]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    // Numbers are read and written with a point whatever the user's language.
    process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }
    let messages = Pipe()
    process.standardError = messages
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw ReportError.gnuplot(figure: figure.name, message: "\(error)")
    }
    let text = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let picture = Paths.join(folder, GnuplotScript.output)
    guard process.terminationStatus == 0, let bytes = FileManager.default.contents(atPath: picture),
      !bytes.isEmpty
    else {
      let line = text.split(separator: "\n").last { !$0.allSatisfy { " ^".contains($0) } }
      throw ReportError.gnuplot(
        figure: figure.name, message: line.map(String.init) ?? "exit status \(process.terminationStatus)")
    }
    return [UInt8](bytes)
  }
}
