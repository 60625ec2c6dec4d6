/// Pictures in rows and columns with captions: latent traversals, reconstructions, samples.
public struct TileGrid: Sendable {
  public struct Tile: Sendable {
    public var picture: Raster
    /// A frame around the picture, for the one that matters.
    public var border: Ink?
    /// Greyed out, for what does not.
    public var isFaded: Bool

    public init(_ picture: Raster, border: Ink? = nil, isFaded: Bool = false) {
      self.picture = picture
      self.border = border
      self.isFaded = isFaded
    }
  }

  /// Rows of tiles; a row may be shorter than the others.
  public var rows: [[Tile]]
  /// Above the columns, every line centred; "\n" starts a new line.
  public var columnCaptions: [String]
  /// Left of the rows, flush right and centred in height.
  public var rowCaptions: [String]
  /// Pixels between tiles and around the whole.
  public var padding = 2
  public var borderWidth = 1
  /// Every pixel of a picture becomes a square of this many pixels.
  public var enlargement = 1
  public var textScale = 1
  public var background = Ink.white
  public var textInk = Ink.black

  public init(rows: [[Tile]], columnCaptions: [String] = [], rowCaptions: [String] = []) {
    self.rows = rows
    self.columnCaptions = columnCaptions
    self.rowCaptions = rowCaptions
  }
}

extension TileGrid {
  /// Where the cells lie: as wide as the widest picture or caption of the column, as high as the highest of the row.
  private struct Layout {
    var columnStarts: [Int] = []
    var columnWidths: [Int] = []
    var rowStarts: [Int] = []
    var rowHeights: [Int] = []
    var width = 0
    var height = 0
  }

  /// Draws everything: in grey when all tiles, frames and inks are grey, in RGB otherwise.
  ///
  /// Throws `ImageError.tooLarge`.
  public func composed() throws -> Raster {
    let layout = layOut()
    let (pixelCount, overflow) = layout.width.multipliedReportingOverflow(by: layout.height)
    guard !overflow, pixelCount <= Raster.maximumPixelCount else {
      throw ImageError.tooLarge(width: layout.width, height: layout.height, limit: Raster.maximumPixelCount)
    }
    var canvas = Raster(width: layout.width, height: layout.height, colour: colour, filledWith: background)
    for (number, caption) in columnCaptions.enumerated() {
      for (lineNumber, line) in caption.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      {
        let excess = layout.columnWidths[number] - Raster.size(ofText: String(line), scale: textScale).width
        canvas.draw(
          String(line), row: padding + lineNumber * Font.lineHeight * textScale,
          column: layout.columnStarts[number] + excess / 2, ink: textInk, scale: textScale)
      }
    }
    for (number, caption) in rowCaptions.enumerated() {
      let size = Raster.size(ofText: caption, scale: textScale)
      let row = layout.rowStarts[number] + (layout.rowHeights[number] - size.height) / 2
      let column = (layout.columnStarts.first ?? layout.width) - padding - size.width
      canvas.draw(caption, row: row, column: column, ink: textInk, scale: textScale)
    }
    for (rowNumber, tiles) in rows.enumerated() {
      for (columnNumber, tile) in tiles.enumerated() {
        let column =
          layout.columnStarts[columnNumber] + (layout.columnWidths[columnNumber] - width(of: tile)) / 2
        draw(tile, on: &canvas, row: layout.rowStarts[rowNumber], column: column)
      }
    }
    return canvas
  }

  private func draw(_ tile: Tile, on canvas: inout Raster, row: Int, column: Int) {
    if let border = tile.border {
      canvas.fill(
        rows: row..<(row + height(of: tile)), columns: column..<(column + width(of: tile)), with: border)
    }
    let picture = tile.isFaded ? tile.picture.faded() : tile.picture
    canvas.draw(picture.enlarged(by: enlargement), row: row + borderWidth, column: column + borderWidth)
  }

  private func width(of tile: Tile) -> Int { tile.picture.width * enlargement + 2 * borderWidth }
  private func height(of tile: Tile) -> Int { tile.picture.height * enlargement + 2 * borderWidth }

  private var colour: Raster.Colour {
    let tiles = rows.joined()
    let isGrey =
      background.isGrey && textInk.isGrey
      && tiles.allSatisfy { $0.picture.colour == .grey && $0.border?.isGrey ?? true }
    return isGrey ? .grey : .rgb
  }

  private func layOut() -> Layout {
    precondition(
      padding >= 0 && borderWidth >= 0 && enlargement > 0 && textScale > 0, "a tile grid has impossible sizes"
    )
    var layout = Layout()
    let columnCount = max(rows.map(\.count).max() ?? 0, columnCaptions.count)
    let rowCount = max(rows.count, rowCaptions.count)
    let captionHeight = columnCaptions.map { Raster.size(ofText: $0, scale: textScale).height }.max() ?? 0
    let captionWidth = rowCaptions.map { Raster.size(ofText: $0, scale: textScale).width }.max() ?? 0

    layout.width = padding + (captionWidth > 0 ? captionWidth + padding : 0)
    for column in 0..<columnCount {
      let tiles = rows.compactMap { column < $0.count ? width(of: $0[column]) : nil }.max() ?? 0
      let caption = column < columnCaptions.count ? columnCaptions[column] : ""
      layout.columnStarts.append(layout.width)
      layout.columnWidths.append(max(tiles, Raster.size(ofText: caption, scale: textScale).width))
      layout.width += layout.columnWidths[column] + padding
    }
    layout.height = padding + (captionHeight > 0 ? captionHeight + padding : 0)
    for row in 0..<rowCount {
      let tiles = row < rows.count ? rows[row].map(height(of:)).max() ?? 0 : 0
      let caption = row < rowCaptions.count ? rowCaptions[row] : ""
      layout.rowStarts.append(layout.height)
      layout.rowHeights.append(max(tiles, Raster.size(ofText: caption, scale: textScale).height))
      layout.height += layout.rowHeights[row] + padding
    }
    layout.width = max(layout.width, 1)
    layout.height = max(layout.height, 1)
    return layout
  }
}
