"""Writes colours.npz: classes of colours by NumPy, independent of the code under test.

    python3 colours.py        (needs numpy and pillow)

planes          3 x n bytes: corners of the cube, the colours themselves, blends of two, points as near to two, random ones
CANDIDATES-DISTANCE   the train id of each, candidates "classes" or "palette", distance "l2" or "l1"
picture         3 x 18 x 30 bytes, flat colours that went through JPEG 4:2:0 of quality 75
enlarged        ids of the picture made 37 x 61 by Pillow's bilinear filter, nearest of 19, l2
nearest, palette, cleaned   ids of the picture by the three rules
"""

import io

import numpy as np
from PIL import Image

CLASSES = [
    (128, 64, 128), (244, 35, 232), (70, 70, 70), (102, 102, 156), (190, 153, 153), (153, 153, 153), (250, 170, 30),
    (220, 220, 0), (107, 142, 35), (152, 251, 152), (70, 130, 180), (220, 20, 60), (255, 0, 0), (0, 0, 142),
    (0, 0, 70), (0, 60, 100), (0, 80, 100), (0, 0, 230), (119, 11, 32),
]  # fmt: skip
COMMON_VOIDS = [
    (0, 0, 0), (111, 74, 0), (81, 0, 81), (250, 170, 160), (230, 150, 140), (180, 165, 180), (150, 100, 100),
]  # fmt: skip
RARE_VOIDS = [(150, 120, 90), (0, 0, 90), (0, 0, 110)]
SURE = 30


def distances(pixels, palette, power=2):
    """pixels ... x 3, palette k x 3: ... x k."""
    apart = pixels[..., None, :].astype(int) - np.array(palette, int)
    return (np.abs(apart) ** power).sum(-1)


def decode(pixels, palette, power=2):
    found = distances(pixels, palette, power).argmin(-1)
    return np.where(found < 19, found, 255).astype(np.uint8)


def cleaned(pixels):
    palette = CLASSES + COMMON_VOIDS
    far = distances(pixels, palette)
    nearest = far.argmin(-1)
    sure = far.min(-1) <= SURE**2
    found = nearest.copy()
    height, width = nearest.shape
    for y in range(height):
        for x in range(width):
            if sure[y, x]:
                continue
            window = (slice(max(0, y - 2), y + 3), slice(max(0, x - 2), x + 3))
            allowed = sorted(set(nearest[window][sure[window]]))
            if allowed:
                found[y, x] = min(allowed, key=lambda k: (far[y, x, k], k))
    return np.where(found < 19, found, 255).astype(np.uint8)


def picture():
    rows, columns = np.mgrid[0:18, 0:30]
    flat = np.zeros((18, 30, 3), np.uint8)
    flat[:] = (70, 130, 180)
    flat[(rows > 4) & (columns < 14)] = (70, 70, 70)
    flat[(rows > 3) & (columns > 20)] = (107, 142, 35)
    flat[rows > 10] = (128, 64, 128)
    flat[(rows > 8) & (rows < 14) & (columns > 4) & (columns < 12)] = (0, 0, 142)
    flat[(rows > 6) & (columns > 16) & (columns < 19)] = (220, 20, 60)
    flat[rows > 16] = (0, 0, 0)
    file = io.BytesIO()
    Image.fromarray(flat).save(file, "JPEG", quality=75, subsampling=2)
    return np.asarray(Image.open(file))


def main():
    random = np.random.default_rng(1)
    palette = np.array(CLASSES + COMMON_VOIDS + RARE_VOIDS, np.uint8)
    corners = np.array([(r, g, b) for r in (0, 255) for g in (0, 255) for b in (0, 255)], np.uint8)
    pairs = random.integers(0, len(palette), (60, 2))
    share = random.random((60, 1))
    blends = (palette[pairs[:, 0]] * share + palette[pairs[:, 1]] * (1 - share)).astype(np.uint8)
    # (0, 70, 100) is as near to bus as to train, (0, 0, 106) to car as to truck.
    ties = np.array([(0, 70, 100), (0, 0, 106), (0, 0, 80), (0, 0, 100)], np.uint8)
    colours = np.concatenate([corners, palette, blends, ties, random.integers(0, 256, (150, 3), dtype=np.uint8)])
    arrays = {"planes": np.ascontiguousarray(colours.T)}
    for candidates, entries in [("classes", CLASSES), ("palette", [tuple(c) for c in palette])]:
        for distance, power in [("l2", 2), ("l1", 1)]:
            arrays[f"{candidates}-{distance}"] = decode(colours, entries, power)
    image = picture()
    arrays["picture"] = np.ascontiguousarray(image.transpose(2, 0, 1))
    enlarged = np.asarray(Image.fromarray(image).resize((61, 37), Image.BILINEAR))
    arrays["enlarged"] = decode(enlarged, CLASSES)
    arrays["nearest"] = decode(image, CLASSES)
    arrays["palette"] = decode(image, [tuple(c) for c in palette])
    arrays["cleaned"] = cleaned(image)
    np.savez_compressed("colours.npz", **arrays)


if __name__ == "__main__":
    main()
