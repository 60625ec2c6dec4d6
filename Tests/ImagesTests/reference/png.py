"""Prints the PNG that PNGTests reads, written by Pillow, and the checksum of a PNG header that claims 10^12 pixels."""
import base64
import io
import struct
import zlib

from PIL import Image

image = Image.new("RGBA", (2, 1))
image.putpixel((0, 0), (255, 0, 0, 255))
image.putpixel((1, 0), (0, 0, 0, 128))
file = io.BytesIO()
image.save(file, "PNG")
print(base64.b64encode(file.getvalue()).decode())
print(hex(zlib.crc32(b"IHDR" + struct.pack(">IIBBBBB", 1000000, 1000000, 8, 0, 0, 0, 0))))
