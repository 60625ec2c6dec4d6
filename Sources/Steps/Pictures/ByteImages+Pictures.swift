import Datasets
import Images
import LinearAlgebra

extension ByteImages {
  /// Pixels in 0...1, one row per image.
  func matrix(_ range: Range<Int>) -> Matrix<Float> {
    Matrix(rows: range.count, columns: pixelCount) { elements in
      for (row, index) in range.enumerated() {
        withPixels(of: index) { pixels in
          for position in pixels.indices {
            elements[row * pixelCount + position] = Float(pixels[position]) / 255
          }
        }
      }
    }
  }

  func raster(_ index: Int) -> Raster {
    Raster(planes: withPixels(of: index) { Array($0) }, side: width, channels: channels)
  }
}

extension Raster {
  /// A square picture of bytes given channel after channel.
  init(planes: [UInt8], side: Int, channels: Int) {
    let area = side * side
    self.init(
      width: side, height: side, colour: channels == 3 ? .rgb : .grey,
      bytes: (0..<area).flatMap { pixel in (0..<channels).map { planes[$0 * area + pixel] } })
  }
}
