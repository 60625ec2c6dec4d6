"""Writes the images that a model of yours makes of the test scenes of Cityscapes, so that they can be a row of the table.

    python3 write_images.py DATA/cityscapes outputs

reads pairs in the layout of pix2pix (val/17.jpg, or test/17.jpg: photograph at the left, label map at the right) and writes
outputs/photos/17.png and outputs/labels/17.png. In a manifest:

      - id: ours
        label: Ours
        representation: {kind: images, photos: ../outputs/photos, labels: ../outputs/labels}

Needs Pillow. Put your networks where the two functions are.
"""

import sys
from pathlib import Path

from PIL import Image

SIDE = 128  # pixels a side that your networks work at


def labels_to_photo(labels: Image.Image) -> Image.Image:
    """With PyTorch: to a tensor in -1...1, through your generator, and back."""
    return labels


def photo_to_labels(photo: Image.Image) -> Image.Image:
    return photo


def main(data: str, output: str) -> None:
    for name in ("photos", "labels"):
        Path(output, name).mkdir(parents=True, exist_ok=True)
    folder = next(f for f in (Path(data, "val"), Path(data, "test")) if f.is_dir())
    pairs = sorted(p for p in folder.iterdir() if p.suffix in (".jpg", ".png"))
    for path in pairs:
        pair = Image.open(path).convert("RGB")
        half = pair.width // 2
        photo = pair.crop((0, 0, half, pair.height)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        labels = pair.crop((half, 0, pair.width, pair.height)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        # PNG: what JPEG does to colours would be read as other classes.
        labels_to_photo(labels).save(Path(output, "photos", f"{path.stem}.png"))
        photo_to_labels(photo).save(Path(output, "labels", f"{path.stem}.png"))
    print(f"{len(pairs)} images of either kind in {output}")


if __name__ == "__main__":
    main(*sys.argv[1:])
