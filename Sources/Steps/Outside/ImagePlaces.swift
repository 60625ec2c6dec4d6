import Datasets
import Files
import Pipeline

/// Which rows of a file that has one for each image of a split, in the data set's order, belong to the images that a table
/// uses: those may be the first ones only, and some may be held out.
struct ImagePlaces {
  struct Part {
    let split: String
    /// Ascending.
    let rows: [Int]
    let labels: [Int]
    let images: ImageCollection

    /// The next rows of the part that lie side by side, from one of its images on; nil where none lies before a row.
    func run(from first: Int, before end: Int) -> Range<Int>? {
      guard first < rows.count, rows[first] < end else { return nil }
      var last = first
      while last + 1 < rows.count, rows[last + 1] == rows[last] + 1, rows[last + 1] < end { last += 1 }
      return rows[first]..<(rows[last] + 1)
    }
  }

  let parts: [Part]
  let classes: [String]
  /// Images of the copy's split; of the published one where that is not known.
  private let whole: Int?
  let splitName: String

  /// - Parameter roles: the inputs with the images of the split's parts, the split itself first.
  init(_ roles: [String], of split: DataSplit?, _ context: StepContext) throws {
    parts = try roles.map { role in
      let images = try context.collection(role)
      let items = try context.numbers([Int].self, in: role, ImagesStep.itemsFile)
      let rows = items.map { Array($0.prefix(images.count)) } ?? Array(0..<images.count)
      guard rows.count == images.count, zip(rows, rows.dropFirst()).allSatisfy(<) else {
        throw StepsError(.corruptInput, "the images of \(role) do not say which they are; verify the store")
      }
      return Part(split: role, rows: rows, labels: images.labels, images: images)
    }
    classes = parts[0].images.classes
    splitName = roles[0]
    whole = try context.numbers(Int.self, in: roles[0], ImagesStep.wholeFile) ?? split?.count
  }

  /// Images that the table uses.
  private var used: Int { parts.map(\.rows.count).reduce(0, +) }

  /// - Throws: `StepsError` for an array that cannot have a row for each image.
  func require(_ array: any OutsideArray) throws {
    let isUsedAlone = array.rows == used && parts.allSatisfy { $0.rows.last.map { $0 < used } ?? true }
    guard array.rows != whole, !isUsedAlone else { return }
    let wanted = whole.map { "\($0) are" } ?? "one for each image is"
    throw array.name.problem(
      "has \(array.rows) rows where \(wanted) wanted, one for each image of the \(splitName) split in the data set's order"
        + (parts.count == 1 && used != whole
          ? "; or \(used), for the first images, which the table uses" : ""))
  }
}

extension StepContext {
  /// A JSON file of an input; nil where it has none of the name.
  fileprivate func numbers<Numbers: Decodable>(
    _: Numbers.Type, in role: String, _ file: String
  ) throws -> Numbers? {
    let path = "\(input(role))/\(file)"
    guard try POSIXFileSystem().exists(path) else { return nil }
    return try JSON.read(Numbers.self, at: path)
  }
}
