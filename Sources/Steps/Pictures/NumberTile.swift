import Images

/// A number as a bar with the number in it.
enum NumberTile {
  static func bar(_ value: Double, height: Int) -> Raster {
    var picture = Raster(width: height, height: height, colour: .rgb, filledWith: .white)
    let top = height - Int((Double(height) * max(0, min(1, value))).rounded())
    picture.fill(rows: top..<height, columns: 0..<height, with: Ink(red: 0xA6, green: 0xCE, blue: 0xE3))
    let text = twoDigits(value)
    let size = Raster.size(ofText: text, scale: 2)
    picture.draw(
      text, row: (height - size.height) / 2, column: (height - size.width) / 2, ink: .black, scale: 2)
    return picture
  }

  static func twoDigits(_ value: Double) -> String {
    let hundredths = Int((max(0, min(1e6, value)) * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
