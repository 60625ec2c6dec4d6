import Files
import Foundation
import TestSupport
import Testing

/// Runs the built `retable` as its users do.
struct Program {
  let folder: TemporaryDirectory
  var environment: [String: String] = [:]
  /// Where it runs.
  var workingFolder: String

  init() throws {
    folder = try TemporaryDirectory()
    workingFolder = folder.path
    environment = ProcessInfo.processInfo.environment
    environment["RETABLE_STORE"] = folder.path("store")
    environment["RETABLE_DATA"] = nil
    environment["NO_COLOR"] = "1"
  }

  struct Outcome {
    var code: Int32
    var output: String
    var errors: String
    /// Whether the process was ended by SIGKILL.
    var killed = false
  }

  /// Seconds: far more than the longest run of a tiny table takes on a busy machine.
  private static let patience = 1200.0

  /// The executable lies beside the test bundle.
  static let path: String = {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return Paths.join(Paths.parent(of: bundle), "retable")
  }()

  func start(_ arguments: [String], shell: String? = nil) throws -> Running {
    let process = Process()
    let output = folder.path("stdout-\(UUID().uuidString)")
    let errors = folder.path("stderr-\(UUID().uuidString)")
    for path in [output, errors] { try DurableFile.write("", to: path) }
    if let shell {
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = ["-c", "\(shell); exec \"$0\" \"$@\"", Program.path] + arguments
    } else {
      process.executableURL = URL(fileURLWithPath: Program.path)
      process.arguments = arguments
    }
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: workingFolder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    // A program that hangs fails its test instead of holding up all of them.
    DispatchQueue.global().asyncAfter(deadline: .now() + Program.patience) {
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
    return Running(process: process, output: output, errors: errors)
  }

  func run(_ arguments: String..., shell: String? = nil) throws -> Outcome {
    try start(arguments, shell: shell).wait()
  }

  /// Runs a line as a shell does, with both outputs in the order in which they were written.
  func shell(_ line: String) throws -> Outcome {
    let process = Process()
    let output = folder.path("shell-\(UUID().uuidString)")
    try DurableFile.write("", to: output)
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "exec >>\"$0\" 2>&1; \(line)", output]
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: workingFolder)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: try POSIXFileSystem().text(of: output), errors: "")
  }

  struct Running {
    let process: Process
    let output: String
    let errors: String

    func wait() throws -> Outcome {
      process.waitUntilExit()
      return Outcome(
        code: process.terminationStatus, output: try POSIXFileSystem().text(of: output),
        errors: try POSIXFileSystem().text(of: errors),
        killed: process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL)
    }

    /// Waits until the program has written `text` to standard error, or has ended; false when it ended first.
    func waits(for text: String) throws -> Bool {
      while true {
        if try POSIXFileSystem().text(of: errors).contains(text) { return true }
        if !process.isRunning { return try POSIXFileSystem().text(of: errors).contains(text) }
        usleep(20_000)
      }
    }
  }
}

extension Program {
  /// Writes a manifest into `Experiments/`.
  func manifest(_ name: String, _ text: String) throws {
    try POSIXFileSystem().makeDirectories(folder.path("Experiments"))
    try DurableFile.write(text, to: folder.path("Experiments/\(name).yaml"))
  }

  /// A table of seconds: real steps of every kind, tiny networks.
  func tinyTable(updates: Int = 60, hidden: Int = 24) throws {
    try manifest(
      "tiny",
      """
      table: tiny
      title: A table of seconds
      source: {paper: Nobody 2000, place: Table 0}
      dataset: {kind: dsprites, pool: 1500}
      repeats: 2
      seed: 3
      columns:
        - id: score
          label: Score
          unit: "%"
          better: higher
          metric: {kind: higgins, factors: [x, y, scale, orientation], pairs: 4, train-points: 200, test-points: 100}
        - {id: mig, label: MIG, better: higher, decimals: 3, section: Others, metric: {kind: mig, points: 500}}
      rows:
        - {id: truth, label: Ground truth, published: {score: 100}, representation: ground-truth}
        - {id: pixels, label: Raw pixels, published: {score: {value: 45.75, spread: 0.8}}, representation: raw-pixels}
        - id: vae
          label: VAE
          published: {score: {value: 61.58, spread: 0.5}}
          representation: {kind: vae, beta: 1, hidden: \(hidden), batch: 16, updates: \(updates)}
        - {id: beta, extends: vae, label: beta-VAE, published: {}, set: {representation.beta: 4}}
      expect:
        - truth > pixels on score
      """)
  }

  /// Puts the rendered images into the store, as an earlier run would have left them: to draw them takes as long as
  /// several trainings of a tiny table. The files are links to those of other tests, so not for one that damages its store.
  func takeImages() throws {
    let files = POSIXFileSystem()
    let rendered = try Program.rendered.get()
    let store = rendered.folder.path("store/artifacts")
    for name in try files.files(below: store) where Paths.parent(of: name) == rendered.artifact {
      let copy = folder.path("store/artifacts/\(name)")
      try files.makeDirectories(Paths.parent(of: copy))
      try FileManager.default.linkItem(atPath: "\(store)/\(name)", toPath: copy)
    }
  }

  private struct Rendered {
    var folder: TemporaryDirectory
    /// Below `artifacts` of its store.
    var artifact: String
  }

  /// Made once, and removed when the process ends: nothing else would, as a static value has no end.
  private static let rendered: Result<Rendered, any Error> = Result {
    let program = try Program()
    try program.tinyTable()
    let outcome = try program.run("run", "tiny", "--row", "truth")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let images = try POSIXFileSystem().files(below: program.folder.path("store/artifacts")).first {
      $0.hasSuffix("/images.bits")
    }
    let artifact = Paths.parent(of: try #require(images))
    atexit { try? POSIXFileSystem().removeTree(Program.rendered.get().folder.path) }
    return Rendered(folder: program.folder, artifact: artifact)
  }

  /// Digest of every file of the results, without the one that may differ between equal runs.
  func resultDigests(in root: String = "Results") throws -> [String: String] {
    let results = folder.path("\(root)/tiny/quick")
    var digests: [String: String] = [:]
    for name in try POSIXFileSystem().files(below: results) where name != "run.json" {
      digests[name] = try Digest.hexOfFile("\(results)/\(name)")
    }
    return digests
  }
}
