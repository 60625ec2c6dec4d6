import Files
import Testing

@Suite struct RunningDigestTests {
  /// The examples of RFC 1321 (MD5) and FIPS 180-2 (SHA-256).
  @Test(arguments: [
    (RunningDigest.Algorithm.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
    (.md5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  ])
  func `known answers, whole and in pieces`(algorithm: RunningDigest.Algorithm, text: String, hex: String) {
    var whole = RunningDigest(algorithm)
    whole.update(Array(text.utf8))
    #expect(whole.hex == hex)
    var pieces = RunningDigest(algorithm)
    for byte in text.utf8 {
      pieces.update([byte])
      _ = pieces.hex
    }
    #expect(pieces.hex == hex)
  }

  @Test func `a copy goes its own way`() {
    var first = RunningDigest()
    first.update(Array("ab".utf8))
    var second = first
    second.update(Array("x".utf8))
    first.update(Array("c".utf8))
    #expect(first.hex == Digest.hex(of: Array("abc".utf8)))
    #expect(second.hex == Digest.hex(of: Array("abx".utf8)))
  }
}
