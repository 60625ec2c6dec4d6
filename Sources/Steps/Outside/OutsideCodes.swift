import Datasets
import Files
import LinearAlgebra
import Manifest
import Pipeline

/// Codes that another program has made: an array with a row for each image in the official order, or for each of the pool.
struct OutsideCodes: CodeRepresentation, OutsideRepresentation {
  var file = ""
  var checksums = ""
  var flatten = false

  static let name = "codes"
  static let summary = "codes that another program has made, a row for each image in the data set's order"
  static let parameters: [Parameter<OutsideCodes>] = [
    Parameter(
      "file", \.file, required: true,
      "codes.npy, or an array of a .npz, .h5 or .safetensors file by its name behind a colon (file.h5:/codes); relative to "
        + "the manifest; {repeat} stands for the number of the repeat, from 1. Rows are all images in the official order, or "
        + "those of the pool as `describe --pool` lists them"),
    Parameter(
      "checksums", \.checksums,
      "an array with zlib.crc32 of the bytes, 0 or 1, of each image, by which permuted rows are found"),
    Parameter(
      "flatten", \.flatten, "take arrays of other than two axes: all that belongs to an image is its row"),
  ]
  static let rules: [Kind.Rule] = [.arrayRule("file"), .arrayRule("checksums", mayBeEmpty: true)]

  static let pathParameters = ["file", "checksums"]

  private var references: [String: ArrayReference] {
    [OutsideCodesStep.codes: file, OutsideCodesStep.checksums: checksums].compactMapValues {
      ArrayReference($0)
    }
  }

  func paths(repetition: Int) -> [String] { references.values.map { $0.of(repetition: repetition).path } }

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    let references = references.mapValues { [builder] in $0.of(repetition: builder.repetition) }
    let codes = builder.addOutside(
      OutsideCodesStep(),
      ["pool": builder.pool, "members": references.members, "flatten": .bool(flatten)], inputs: builder.data,
      files: references.mapValues(\.path), label: "codes of \(builder.label)",
      needs: Needs(memory: 1 << 30, seconds: 10))
    builder.addResponses(of: codes)
    return codes
  }
}

/// Takes codes that another program has made: leaves what a `features` step leaves.
struct OutsideCodesStep: StepKind {
  let name = "outside-codes"
  let version = 1

  static let (codes, checksums) = ("codes", "checksums")

  private struct Parameters: Decodable {
    let pool: Pool
    let flatten: Bool
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let images = try context.images()
    let pool = try parameters.pool.indices(of: images.grid)
    let array = try context.outsideArray(Self.codes, flatten: parameters.flatten)
    guard array.rows == images.grid.count || array.rows == pool.count else {
      throw array.name.problem(
        "has \(array.rows) rows where \(images.grid.count) are wanted, one for each image in the official order"
          + (pool.count < images.grid.count
            ? "; or \(pool.count), for the images of the pool as `describe --pool` lists them" : ""))
    }
    guard array.columns <= Self.mostColumns else {
      throw array.name.problem(
        "has \(array.columns) numbers a row, and a code has at most \(Self.mostColumns)")
    }
    // Where the row of each image of the pool is, and where its code goes, ascending by row.
    let isWhole = array.rows == images.grid.count
    let places = pool.enumerated().map { (row: isWhole ? $0.element : $0.offset, place: $0.offset) }
      .sorted { $0.row < $1.row }
    if let checksums = try context.outsideChecksums(Self.checksums) {
      try checksums.check(
        array, against: images.checked(places.map { pool[$0.place] }, rows: places.map(\.row)))
    }
    let codes = try gathered(array, places, context)
    try Self.requireVariation(codes, array.name, context.warn)
    try PooledCodes([.init(indices: pool, codes: codes)]).save(to: "\(context.output)/\(PooledCodes.file)")
    try context.requireUnchangedSources()
  }

  private static let mostColumns = 4096

  private func gathered(
    _ array: any OutsideArray, _ places: [(row: Int, place: Int)], _ context: StepContext
  ) throws -> Matrix<Float> {
    var next = 0
    return try Matrix(rows: places.count, columns: array.columns) { codes in
      try context.forEachBlock(of: array) { range, block in
        while next < places.count, places[next].row < range.upperBound {
          let (start, target) = (
            (places[next].row - range.lowerBound) * array.columns, places[next].place * array.columns
          )
          let row = UnsafeBufferPointer(rebasing: block[start..<(start + array.columns)])
          _ = UnsafeMutableBufferPointer(rebasing: codes[target..<(target + array.columns)])
            .update(fromContentsOf: row)
          next += 1
        }
      }
    }
  }

  private static func requireVariation(
    _ codes: Matrix<Float>, _ name: ArrayName, _ warn: (String) -> Void
  ) throws {
    let constant = codes.withUnsafeElements { elements in
      (0..<codes.columns).filter { column in
        stride(from: column, to: elements.count, by: codes.columns).allSatisfy {
          elements[$0] == elements[column]
        }
      }
    }
    try name.requireVariation(constant: constant, of: codes.columns, warn)
  }
}
