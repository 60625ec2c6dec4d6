import Files

/// Where the evidence of a table lies: `<root>/<table>/<profile>/`.
public enum ResultsLocation {
  /// The file with all numbers, in the folder of a table and profile.
  public static let fileName = "results.h5"

  public static func folder(root: String = "Results", table: String, profile: String) -> String {
    Paths.join(root, table, profile)
  }

  /// The path of `results.h5`.
  public static func file(root: String = "Results", table: String, profile: String) -> String {
    Paths.join(folder(root: root, table: table, profile: profile), fileName)
  }
}
