import Datasets
import Files
import HDF5
import LinearAlgebra
import Metrics

/// The codes of a pool of images, in one or several views, as `codes.h5`:
///
///     /view-<i>/indices   [n] int32    image index in the data set's grid
///     /view-<i>/codes     [n, d] float32; absent where the codes are the pixels themselves
struct PooledCodes {
  static let file = "codes.h5"

  struct View {
    let indices: [Int]
    /// Nil where the binary pixels are the codes: they are in the data set already.
    let codes: Matrix<Float>?

    func codePool(of images: DSprites) throws -> CodePool {
      if let codes { return try CodePool(grid: images.grid, indices: indices, codes: .dense(codes)) }
      let bits = try PackedBits(
        count: indices.count, bits: images.width * images.height, words: images.packedWords(for: indices))
      return try CodePool(grid: images.grid, indices: indices, codes: .binary(bits))
    }
  }

  let views: [View]

  init(_ views: [View]) {
    self.views = views
  }

  func save(to path: String) throws {
    let bytes = views.map { $0.indices.count * 4 * (1 + ($0.codes?.columns ?? 0)) }.reduce(0, +)
    try HDF5File.writeLarge(to: path, expectedBytes: bytes) { root in
      for (index, view) in views.enumerated() {
        let group = try root.createGroup("view-\(index)")
        try group.write(view.indices.map(Int32.init), as: "indices")
        guard let codes = view.codes else { continue }
        try group.write(codes.elements, as: "codes", shape: [codes.rows, codes.columns])
      }
    }
  }

  init(file path: String) throws {
    let file = try HDF5File(reading: path)
    var views: [View] = []
    while try file.root.contains("view-\(views.count)") {
      let group = try file.root.group("view-\(views.count)")
      var codes: Matrix<Float>?
      if try group.contains("codes") {
        let dataset = try group.dataset("codes")
        codes = Matrix(
          rows: dataset.shape[0], columns: dataset.shape[1], elements: try dataset.read(Float.self))
      }
      views.append(
        View(indices: try group.dataset("indices").read(Int32.self).map(Int.init), codes: codes))
    }
    self.init(views)
    try file.close()
  }
}
