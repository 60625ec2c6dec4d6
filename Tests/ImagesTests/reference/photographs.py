"""Writes photographs.json: JPEG files with the pixels that Pillow reads from them, and resized images.

Run with Pillow 13 (`python3 photographs.py`); the tests read the JSON alone.
"""
import base64
import io
import json
import pathlib

import numpy as np
from PIL import Image


def pattern(width, height, channels):
    """A smooth image with an edge; PhotographTests makes the same bytes."""
    index = np.arange(width * height * channels, dtype=np.int64)
    x, y = index // channels % width, index // channels // width
    values = (x * 7 + y * y + index % channels * 60 + (x > y) * 90) % 256
    return values.astype(np.uint8).reshape(height, width, channels)


def text(data):
    return base64.b64encode(bytes(data)).decode()


def jpeg(mode, width, height, **options):
    channels = {"L": 1, "RGB": 3, "CMYK": 4}[mode]
    image = Image.fromarray(pattern(width, height, channels).squeeze(), mode)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90, **options)
    read = Image.open(io.BytesIO(file.getvalue()))
    pixels = read if mode == "L" else read.convert("RGB")
    return {"file": text(file.getvalue()), "width": width, "height": height, "pixels": text(pixels.tobytes())}


def resized(mode, width, height, new_width, new_height, name):
    channels = 1 if mode == "L" else 3
    image = Image.fromarray(pattern(width, height, channels).squeeze(), mode)
    result = image.resize((new_width, new_height), getattr(Image.Resampling, name.upper()))
    return {"colour": mode, "filter": name, "from": [width, height], "to": [new_width, new_height],
            "pixels": text(result.tobytes())}


def middle(width, height, side):
    """torchvision's Resize(side) with bicubic interpolation, then CenterCrop(side), for PIL images."""
    image = Image.fromarray(pattern(width, height, 3), "RGB")
    shorter = min(width, height)
    full = (int(side * width / shorter), int(side * height / shorter))
    image = image.resize(full, Image.Resampling.BICUBIC)
    left, top = (int(round((length - side) / 2.0)) for length in full)
    image = image.crop((left, top, left + side, top + side))
    return {"from": [width, height], "side": side, "pixels": text(image.tobytes())}


answers = {
    "jpeg": {
        "colour, chroma at half size": jpeg("RGB", 21, 14, subsampling="4:2:0"),
        "colour, chroma at half width": jpeg("RGB", 21, 14, subsampling="4:2:2"),
        "colour, chroma at full size": jpeg("RGB", 21, 14, subsampling="4:4:4"),
        "progressive": jpeg("RGB", 21, 14, progressive=True),
        "grey": jpeg("L", 19, 13),
        "four inks": jpeg("CMYK", 16, 9),
    },
    "resized": [
        resized(mode, *sizes, name)
        for name in ["box", "bilinear", "bicubic"]
        for mode, sizes in [("RGB", (37, 23, 16, 16)), ("RGB", (11, 9, 17, 20)), ("L", (40, 30, 40, 7)),
                            ("L", (40, 30, 3, 30))]
    ],
    "middle": [middle(*sizes) for sizes in [(50, 37, 16), (37, 50, 16), (33, 32, 32), (20, 20, 32), (100, 17, 8)]],
}
path = pathlib.Path(__file__).with_name("photographs.json")
path.write_text(json.dumps(answers, indent=1, sort_keys=True) + "\n")
