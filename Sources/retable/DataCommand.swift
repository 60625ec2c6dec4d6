import ArgumentParser
import Datasets
import Files
import Foundation

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "List, fetch, import, verify and describe the data sets that tables use.",
    discussion:
      "They lie in the folder RETABLE_DATA (default: retable/data in the cache folder). See docs/data.md.",
    subcommands: [DataList.self, DataFetch.self, DataImport.self, DataVerify.self, DataDeclare.self])
}

struct DataOptions: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp(
      "The data folder (default: RETABLE_DATA, or retable/data in the cache folder).", valueName: "folder"),
    completion: .directory)
  var folder: String?

  func path() throws -> String { try folder ?? Paths.dataFolder() }

  /// The named sets, or all of them.
  func entries(_ names: [String]) throws -> [CatalogueEntry] {
    do {
      return try names.isEmpty ? Catalogue.all : names.map { try Catalogue.entry($0) }
    } catch {
      throw CommandFailure("error: \(error)", code: .usage)
    }
  }
}

struct DataList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the data sets: present or not, size, origin, tables that use them.")
  @OptionGroup var data: DataOptions
  @Flag(help: "Addresses, checksums, terms and accepted places too.") var long = false

  func run() throws {
    let folder = try data.path()
    var rows = [["set", "there", "size", "tables", "from"]]
    for entry in Catalogue.all {
      let place = try entry.place(in: folder)
      let size = try entry.byteCount(in: folder).map(Say.bytes)
      let published = entry.files.compactMap(\.bytes).reduce(0, +)
      rows.append([
        entry.id, place ?? "no", size ?? (published > 0 ? "(\(Say.bytes(published)))" : ""),
        entry.tables.joined(separator: " "), entry.homepage,
      ])
    }
    for line in aligned(rows) { Terminal.print(line) }
    for entry in Catalogue.all {
      if let deviation = try entry.declaredDeviation(in: folder) {
        Terminal.print("\(entry.id) deviates: \(deviation)")
      }
    }
    if long { Terminal.print("\n" + Catalogue.all.map(describe).joined(separator: "\n\n")) }
    Terminal.print("in \(folder)")
  }

  /// The rows as lines, each column as wide as its longest entry.
  private func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { $0.padding(toLength: max($1, $0.count), withPad: " ", startingAt: 0) }
        .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }
  }

  private func describe(_ entry: CatalogueEntry) -> String {
    var lines = ["\(entry.id): \(entry.title)", "  terms     \(entry.terms)"]
    for file in entry.files {
      lines.append("  file      \(file.address)")
      let size = file.bytes.map { "\($0) bytes" } ?? "size unknown"
      lines.append(
        "            \(size), \(file.checksum?.description ?? "checksum unknown, recorded at the first fetch")"
      )
    }
    if !entry.instructions.isEmpty { lines.append("  by hand   \(entry.instructions)") }
    lines.append("  looked at \(entry.places.joined(separator: ", "))")
    return lines.joined(separator: "\n")
  }
}

struct DataFetch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Download data sets from their official addresses.",
    discussion:
      "An interrupted download continues where it stopped. Checksums are compared where they are published.")
  @OptionGroup var data: DataOptions
  @Argument(
    help: ArgumentHelp("The data sets; 'retable data list' names them.", valueName: "set"),
    completion: .dataSets)
  var sets: [String]
  @Option(
    name: .customLong("from"),
    help: ArgumentHelp(
      "A mirror: the address of a folder that holds the files under their own names.", valueName: "address"))
  var mirror: String?

  func run() throws {
    let folder = try data.path()
    for entry in try data.entries(sets) {
      let progress = DownloadProgress(entry.id)
      defer { progress.end() }
      let (place, contents, isNew) = try entry.fetch(into: folder, mirror: mirror) { download in
        download.progress = progress.show
      }
      progress.end()
      Terminal.print("\(entry.id): \(isNew ? contents : "there already"), \(Paths.join(folder, place))")
    }
  }
}

struct DataImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Put a local file or folder into the data folder, after checking it.",
    discussion: "Files are linked where both folders lie on one file system, else copied.")
  @OptionGroup var data: DataOptions
  @Argument(help: "The file or folder.", completion: .file()) var path: String
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Which data set it is (default: by its name).", valueName: "set"),
    completion: .dataSets)
  var set: String?

  func run() throws {
    let folder = try data.path()
    let entry = try set.map { try data.entries([$0])[0] } ?? Catalogue.recognise(path)
    guard try POSIXFileSystem().statusIfPresent(of: path) != nil else {
      throw CommandFailure("error: there is nothing at \(path)", code: .dataMissing)
    }
    let (place, contents) = try entry.importing(path, into: folder)
    Terminal.print("\(entry.id): \(contents), \(Paths.join(folder, place))")
  }
}

struct DataVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read data sets again and compare layout, checksums and recorded digests.",
    discussion: "Ends with exit code 6 where one is damaged, or one that was named is missing.")
  @OptionGroup var data: DataOptions
  @Argument(
    help: ArgumentHelp("The data sets (default: all that are there).", valueName: "set"),
    completion: .dataSets)
  var sets: [String] = []

  func run() throws {
    let folder = try data.path()
    var bad = 0
    for entry in try data.entries(sets) {
      switch try entry.verify(dataFolder: folder) {
      case .missing:
        Terminal.print("missing  \(entry.id)")
        if !sets.isEmpty { bad += 1 }
      case .whole(let place, let contents, let proof):
        Terminal.print("ok       \(entry.id)  \(place): \(contents) (\(proof))")
      case .damaged(let place, let reason):
        Terminal.print("damaged  \(entry.id)  \(place): \(reason)")
        bad += 1
      }
    }
    if bad > 0 {
      throw CommandFailure(
        "\(Say.count(bad, "data set")) missing or damaged; 'retable data fetch' or 'retable data import' brings one anew",
        code: .dataMissing)
    }
  }
}

struct DataDeclare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "declare", abstract: "Say how your copy of a data set differs from the published one.",
    discussion: """
      The words stand as a deviation under every table that is made from the copy, and its cells are not comparable. \
      Numbers do not depend on them, so nothing runs again. 'fetch' and 'import' take them back.

      retable data declare cifar10 "decoded from JPEG copies of the images"
      """)
  @OptionGroup var data: DataOptions
  @Argument(help: ArgumentHelp("The data set.", valueName: "set"), completion: .dataSets) var set: String
  @Argument(help: ArgumentHelp("How the copy differs, in words.", valueName: "difference"))
  var difference: [String] = []
  @Flag(help: "The copy is the published set after all.") var none = false

  func validate() throws {
    if difference.isEmpty != none { throw ValidationError("say how the copy differs, or --none") }
  }

  func run() throws {
    let folder = try data.path()
    let entry = try data.entries([set])[0]
    guard let place = try entry.place(in: folder) else {
      throw CommandFailure(
        "error: \(entry.id) is not in \(folder); 'retable data list' shows what is", code: .dataMissing)
    }
    try entry.declare(deviation: none ? nil : difference.joined(separator: " "), in: folder)
    let deviation = try entry.declaredDeviation(in: folder)
    Terminal.print(
      "\(entry.id) (\(place)): " + (deviation.map { "deviates: \($0)" } ?? "taken for the published set"))
  }
}
