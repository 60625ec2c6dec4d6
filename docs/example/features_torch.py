"""Features of CIFAR-10 by a network in PyTorch: a residual network of torchvision's, with weights of yours.

    python3 features_torch.py outputs [WEIGHTS.pth [FOLDER OF THE DATA]]
    retable score outputs/train.safetensors outputs/test.safetensors --table cifar10 --column accuracy

WEIGHTS is a state dictionary for torchvision's resnet18. Without it the weights that torchvision has on this machine are taken,
and without those the network is as it is initialised, which says what an untrained one is worth. Without torchvision a small
convolutional network stands in.
"""

import sys
from pathlib import Path

import torch

import cifar10


def network(weights: str | None) -> torch.nn.Module:
    """Anything that makes a row of numbers of an image: your model goes here."""
    torch.manual_seed(0)
    try:
        from torchvision.models import ResNet18_Weights, resnet18
    except ImportError:
        print("torchvision is not there: a small network stands in", file=sys.stderr)
        layers = [torch.nn.Conv2d(3, 64, 5, stride=2), torch.nn.ReLU(), torch.nn.Conv2d(64, 128, 5, stride=2), torch.nn.ReLU()]
        return torch.nn.Sequential(*layers, torch.nn.AdaptiveAvgPool2d(2), torch.nn.Flatten())
    model = resnet18()
    local = Path(torch.hub.get_dir(), "checkpoints", Path(ResNet18_Weights.DEFAULT.url).name)
    if weights or local.exists():
        model.load_state_dict(torch.load(weights or local, weights_only=True))
    else:
        print("no weights: the network is as it is initialised", file=sys.stderr)
    model.fc = torch.nn.Identity()
    return model


@torch.no_grad()
def features(model: torch.nn.Module, images) -> torch.Tensor:
    mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    rows = []
    for start in range(0, len(images), 500):
        batch = torch.from_numpy(images[start : start + 500]).float() / 255
        rows.append(model((batch - mean) / deviation))
    return torch.cat(rows)


def main(output: str, weights: str | None = None, data: str | None = None) -> None:
    Path(output).mkdir(parents=True, exist_ok=True)
    model = network(weights).eval()
    for split in ("train", "test"):
        rows = features(model, cifar10.images(split, data and Path(data))[0])
        try:
            from safetensors.torch import save_file

            path = Path(output, f"{split}.safetensors")
            save_file({"features": rows.contiguous()}, path)
        except ImportError:
            import numpy

            path = Path(output, f"{split}.npy")
            numpy.save(path, rows.numpy())
        print(f"{split}: {tuple(rows.shape)} in {path}")


if __name__ == "__main__":
    main(*sys.argv[1:])
