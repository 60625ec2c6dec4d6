import HDF5
import Learners
import LinearAlgebra

extension Group {
  func write(_ matrix: Matrix<Float>, as name: String) throws {
    try write(matrix.elements, as: name, shape: [matrix.rows, matrix.columns])
  }

  func matrix(_ name: String) throws -> Matrix<Float> {
    let dataset = try dataset(name)
    return Matrix(
      rows: dataset.shape[0], columns: dataset.shape[1], elements: try dataset.read(Float.self))
  }

  func write(_ whitening: ZCA) throws {
    try attributes.write(whitening.kind.rawValue, as: "whitening-kind")
    try write(whitening.mean, as: "mean")
    try write(whitening.matrix, as: "whitening")
  }

  func whitening() throws -> ZCA {
    ZCA(
      kind: ZCA.Kind(rawValue: try attributes.read("whitening-kind", as: String.self)) ?? .zca,
      mean: try dataset("mean").read(Float.self), matrix: try matrix("whitening"))
  }

  func write(_ encoder: PatchEncoder) throws {
    let grid = encoder.grid
    for (name, value) in [
      ("patch", grid.size), ("channels", grid.channels), ("height", grid.height), ("width", grid.width),
    ] {
      try attributes.write(value, as: name)
    }
    try attributes.write(Double(encoder.normalisation.offset), as: "offset")
    try write(encoder.whitening)
    try write(encoder.centroids, as: "centroids")
  }

  func patchEncoder(activation: PatchEncoder.Activation = .triangle) throws -> PatchEncoder {
    func number(_ name: String) throws -> Int { try attributes.read(name, as: Int.self) }
    return PatchEncoder(
      grid: PatchGrid(
        size: try number("patch"), channels: try number("channels"), height: try number("height"),
        width: try number("width")),
      normalisation: ContrastNormalisation(offset: Float(try attributes.read("offset", as: Double.self))),
      whitening: try whitening(), centroids: try matrix("centroids"), activation: activation)
  }
}
