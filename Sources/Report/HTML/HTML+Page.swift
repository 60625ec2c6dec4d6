extension HTML {
  /// Where the pictures of a page may come from.
  enum Images: String {
    case inThePage = "data:"
    /// Files beside it, on a server or on a disk.
    case besideThePage = "'self' file:"
  }

  /// A whole page. The policy in its head makes browsers themselves refuse scripts and whatever else is not meant to be there.
  static func page(title: HTML, images: Images, style: HTML, body: HTML) -> HTML {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src \
    \(HTML(source: images.rawValue)); base-uri 'none'; form-action 'none'"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <title>\(title)</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    \(body)</body>
    </html>

    """
  }

  /// The address of a file below the page, from its path: what could mean anything else in an address is written as its code.
  static func address(_ path: String) -> HTML {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
    let digits = Array("0123456789ABCDEF")
    return HTML(
      source: path.utf8.map { byte in
        plain.contains(byte)
          ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }.joined())
  }
}
