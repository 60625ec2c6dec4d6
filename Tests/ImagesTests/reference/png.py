"""Writes png.json: PNG files of every form with the pixels that Pillow's convert("RGB") makes of them; prints the checksum
of a PNG header that claims 10^12 pixels.

Run with Pillow 13 (`python3 png.py`); the tests read the JSON alone. The files are put together here, since Pillow cannot
write all forms.
"""
import base64
import io
import json
import pathlib
import random
import struct
import zlib

from PIL import Image

WIDTH, HEIGHT = 9, 7
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def rows(values, xs, ys, depth, samples):
    """The rows of one pass: no filter, samples packed from the high bit on."""
    data = bytearray()
    for y in ys:
        bits = "".join(f"{values[y][x][s]:0{depth}b}" for x in xs for s in range(samples))
        bits += "0" * (-len(bits) % 8)
        data += b"\0" + bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
    return bytes(data)


def png(kind, depth, interlaced=False, before=b""):
    """A PNG of random samples; `before` are further chunks."""
    generator = random.Random(f"{kind} {depth}")
    samples = SAMPLES[kind]
    values = [[[generator.randrange(1 << depth) for _ in range(samples)] for _ in range(WIDTH)] for _ in range(HEIGHT)]
    # Sixteen bits of grey are cut at 255: some lie below.
    if kind == 0 and depth == 16:
        values = [[[value if x % 2 else value % 300 for value in pixel] for x, pixel in enumerate(row)] for row in values]
    if interlaced:
        data = b"".join(
            rows(values, range(x, WIDTH, dx), range(y, HEIGHT, dy), depth, samples)
            for x, y, dx, dy in [
                (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
            ]
            if x < WIDTH and y < HEIGHT
        )
    else:
        data = rows(values, range(WIDTH), range(HEIGHT), depth, samples)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, kind, 0, 0, 1 if interlaced else 0)
    palette = b""
    if kind == 3:
        palette = chunk(b"PLTE", bytes(generator.randrange(256) for _ in range(3 << depth)))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + (before if kind != 3 else b"") + palette
            + (before if kind == 3 else b"") + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


def answer(file):
    pixels = Image.open(io.BytesIO(file)).convert("RGB")
    return {"file": base64.b64encode(file).decode(), "pixels": base64.b64encode(pixels.tobytes()).decode()}


names = {0: "grey", 2: "colour", 3: "palette", 4: "grey with alpha", 6: "colour with alpha"}
files = {}
for kind, depths in {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}.items():
    for depth in depths:
        files[f"{names[kind]}, {depth} bits"] = png(kind, depth)
        files[f"{names[kind]}, {depth} bits, interlaced"] = png(kind, depth, True)
for gamma in [45455, 100000, 22727]:
    chunks = chunk(b"gAMA", struct.pack(">I", gamma))
    files[f"grey, gamma {gamma}"] = png(0, 8, before=chunks)
    files[f"colour, gamma {gamma}"] = png(2, 8, before=chunks)
    files[f"deep grey, gamma {gamma}"] = png(0, 16, before=chunks)
files["colour, one colour transparent"] = png(2, 8, before=chunk(b"tRNS", struct.pack(">HHH", 1, 2, 3)))
files["grey, one grey transparent"] = png(0, 8, before=chunk(b"tRNS", struct.pack(">H", 100)))
files["few greys, one transparent"] = png(0, 2, before=chunk(b"tRNS", struct.pack(">H", 1)))
files["palette, transparent"] = png(3, 4, before=chunk(b"tRNS", bytes(range(0, 256, 16))))
files["colour, background and sRGB"] = png(
    2, 8, before=chunk(b"sRGB", b"\0") + chunk(b"bKGD", struct.pack(">HHH", 9, 9, 9)))
target = pathlib.Path(__file__).with_name("png.json")
target.write_text(json.dumps({name: answer(file) for name, file in files.items()}, indent=1) + "\n")

print(hex(zlib.crc32(b"IHDR" + struct.pack(">IIBBBBB", 1000000, 1000000, 8, 0, 0, 0, 0))))
