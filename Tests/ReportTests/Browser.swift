import Files
import Foundation
import TestSupport

/// Chromium without a window: opens a page as readers do and says what is wrong with it.
struct Browser {
  /// What was found in the page, at the widths of a phone, a tablet and a desk.
  struct Findings: Decodable {
    struct Image: Decodable {
      let name: String
      /// Zero for a picture that could not be shown.
      let width: Int
    }

    let images: [Image]
    /// Widths at which the page can be scrolled sideways.
    let overflows: [String]
    let deadLinks: [String]
    let doubleIDs: [String]
    /// Addresses outside the file.
    let external: [String]
    /// Rows of evidence that a click does not show, or that are shown before it.
    let stuck: [String]
    /// How many rows of evidence were tried.
    let disclosures: Int
    /// What the keyboard does not reach in the order of the page, or without showing where it is.
    let unfocused: [String]
    /// Text with too little contrast, in light or dark colours.
    let faint: [String]
    /// Lines of the console: script errors, refused content.
    var console: [String]?

    var missingPictures: [String] { images.filter { $0.width == 0 }.map(\.name) }
  }

  static let program: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let names = ["chromium", "chromium-browser", "google-chrome"]
    return names.flatMap { name in folders.map { Paths.join($0, name) } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  struct Failure: Error { let message: String }

  /// Opens `page`, the path of a file, in frames of three widths and looks into them.
  static func inspect(_ page: String) throws -> Findings {
    guard let program else { throw Failure(message: "chromium is not installed") }
    let folder = try TemporaryDirectory()
    let template = try POSIXFileSystem().text(
      of: Paths.join(Paths.parent(of: #filePath), "reference/inspection.html"))
    let harness = try folder.file("inspection.html", template.replacing("PAGE", with: "file://\(page)").utf8)
    let messages = try folder.file("messages", [])
    let output = Pipe()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [
      // Root, as in containers, has no sandbox; frames of files may be looked into; the clock stands until all is loaded.
      "--headless", "--hide-scrollbars", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
      "--allow-file-access-from-files",
      "--virtual-time-budget=30000", "--enable-logging=stderr", "--v=0",
      "--user-data-dir=\(folder.path("profile"))", "--dump-dom", "file://\(harness)",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle(forWritingAtPath: messages)
    try process.run()
    let document = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let log = try POSIXFileSystem().text(of: messages)
    guard let start = document.range(of: "<pre id=\"findings\">"),
      let end = document.range(of: "</pre>", range: start.upperBound..<document.endIndex),
      let json = Data(base64Encoded: String(document[start.upperBound..<end.lowerBound]))
    else { throw Failure(message: "chromium left no findings (status \(process.terminationStatus)): \(log)") }
    do {
      var findings = try JSONDecoder().decode(Findings.self, from: json)
      findings.console = log.split(separator: "\n").filter { $0.contains(":CONSOLE") }.map(String.init)
      return findings
    } catch {
      throw Failure(message: String(decoding: json, as: UTF8.self))
    }
  }
}
