import Foundation

/// A picture whose bytes are in the page.
struct EmbeddedPicture: Sendable {
  let link: FigureLink
  /// In pixels, so that the page keeps its place before the picture is decoded.
  let width: Int
  let height: Int
  let png: [UInt8]

  /// Nil for bytes that are not a PNG.
  init?(_ link: FigureLink, png: [UInt8]) {
    // Signature, then the IHDR chunk: length, type, width, height, each of four bytes.
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard png.count > 24, png.starts(with: signature) else { return nil }
    func number(at offset: Int) -> Int { png[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
    (width, height) = (number(at: 16), number(at: 20))
    guard width > 0, height > 0 else { return nil }
    self.link = link
    self.png = png
  }

  /// A chart that a table's numbers were drawn as, and not a picture that a step left.
  var isChart: Bool { link.kind == .chart }

  var html: HTML {
    """
    <figure\(width > 900 ? " class=\"wide\"" as HTML : "")>
    <img alt="\(link.caption)" width="\(width)" height="\(height)" src="data:image/png;base64,\(base64)"/>
    <figcaption>\(link.caption) <code>\(link.path)</code></figcaption>
    </figure>

    """
  }

  private var base64: String { Data(png).base64EncodedString() }
}
