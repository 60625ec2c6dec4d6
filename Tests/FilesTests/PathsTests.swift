import Files
import Testing

@Suite struct PathsTests {
  @Test(arguments: [
    ("/a/b/c", "/a/b", "c"), ("/a/b/", "/a", "b"), ("a", ".", "a"), ("/a", "/", "a"), ("a//b", "a", "b"),
    ("/", "/", "/"), ("./é", ".", "é"),
  ])
  func parts(_ path: String, _ parent: String, _ name: String) {
    #expect(Paths.parent(of: path) == parent)
    #expect(Paths.name(of: path) == name)
  }

  @Test func joining() {
    #expect(Paths.join("a", "b", "c") == "a/b/c")
    #expect(Paths.join("/", "b") == "/b")
    #expect(Paths.join("a/", "", "b") == "a/b")
    #expect(Paths.join("a", "/b") == "/b")
    #expect(Paths.join("", "b") == "b")
  }

  @Test func cacheFolder() throws {
    #expect(try Paths.cacheFolder(environment: ["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/retable")
    #expect(try Paths.cacheFolder(environment: ["XDG_CACHE_HOME": "c", "HOME": "/h"]) == "/h/.cache/retable")
    #expect {
      try Paths.cacheFolder(environment: [:])
    } throws: { error in
      "\(error)"
        == "cannot find the cache folder: neither XDG_CACHE_HOME nor HOME names an absolute path. "
        + "Set one of them, or name the folders with RETABLE_STORE and RETABLE_DATA."
    }
  }

  @Test func temporaryNamesFitTheFileSystem() {
    let name = Paths.name(of: TemporaryName.beside("/a/" + String(repeating: "é", count: 127)))
    #expect(name.utf8.count <= 255)
    #expect(TemporaryName.matches(name))
    #expect(!TemporaryName.matches("file"))
  }

  @Test func `data lie where RETABLE_DATA says, else in the cache folder`() throws {
    #expect(try Paths.dataFolder(environment: ["RETABLE_DATA": "sets", "HOME": "/home/a"]) == "sets")
    #expect(
      try Paths.dataFolder(environment: ["RETABLE_DATA": "", "HOME": "/home/a"])
        == "/home/a/.cache/retable/data")
    #expect(throws: FileError.self) { try Paths.dataFolder(environment: [:]) }
  }
}
