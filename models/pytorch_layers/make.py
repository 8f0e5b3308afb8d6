# SPDX-License-Identifier: MIT
"""Makes samples.tar.xz: small random PyTorch networks as both exporters of torch.onnx write them, with an input and
PyTorch's own output. Needs `pip install torch onnx onnxscript`: `python models/pytorch_layers/make.py`.

export() is the recipe of docs/convert.md; tests/host_tools compare the converter with what is recorded here.
"""

import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import torch  # noqa: E402
from archives import opened, write, write_arrays  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

SAMPLES = 6
IMAGE, ROW = (1, 3, 12, 12), (1, 4, 20)  # channels first, as PyTorch has them


def export(model, example, path, dynamo):
    """dynamo: torch.export's graph, the default since PyTorch 2.9; without: TorchScript's, of any PyTorch."""
    model.eval()
    if dynamo:
        torch.onnx.export(model, (example,), path, dynamo=True, external_data=False, verbose=False)
    else:
        torch.onnx.export(model, (example,), path, dynamo=False, opset_version=17)


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first, self.second = (nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        self.norms = nn.ModuleList(nn.BatchNorm2d(channels) for _ in range(2))

    def forward(self, x):
        y = F.relu(self.norms[0](self.first(x)))
        return F.relu(x + self.norms[1](self.second(y)))


class Recurrent(nn.Module):
    """Takes the last step's output; `kind` is nn.LSTM or nn.GRU, the input (n, steps, features)."""

    def __init__(self, kind):
        super().__init__()
        self.inner, self.head = kind(20, 8, batch_first=True), nn.Linear(8, 5)

    def forward(self, x):
        return self.head(self.inner(x)[0][:, -1])


class Heads(nn.Module):
    """A view by computed sizes, a mean over axes, a concatenation, an upsampling."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(3, 4, 1)
        self.last = nn.Linear(8 * 36 + 8, 5)

    def forward(self, x):
        both = torch.cat([torch.tanh(self.a(x)), F.hardswish(self.b(x))], dim=1)
        small = F.avg_pool2d(both, 2)
        wide = F.interpolate(small, scale_factor=2.0, mode="nearest")
        return self.last(torch.cat([small.view(small.size(0), -1), (wide * both).mean(dim=(2, 3))], dim=1))


def mobile():
    def step(n, m, stride):
        return nn.Sequential(
            nn.Conv2d(n, n, 3, stride, 1, groups=n, bias=False), nn.BatchNorm2d(n), nn.ReLU6(),
            nn.Conv2d(n, m, 1, bias=False), nn.BatchNorm2d(m), nn.Hardswish(),
        )  # fmt: skip

    first = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU6())
    return nn.Sequential(
        first, step(8, 12, 1), step(12, 16, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5)
    )


NETWORKS = {
    "cnn": (lambda: nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 6, 3, padding="same"), nn.ELU(), nn.Flatten(),
        nn.Linear(6 * 25, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 5), nn.Softmax(dim=1)), IMAGE),
    "mobile": (mobile, IMAGE),
    "residual": (lambda: nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), Residual(6), nn.AvgPool2d(2), nn.Flatten(1), nn.Linear(216, 5)), IMAGE),
    "heads": (Heads, IMAGE),
    "conv_1d": (lambda: nn.Sequential(
        nn.Conv1d(4, 8, 5, padding=2), nn.BatchNorm1d(8), nn.LeakyReLU(0.1), nn.MaxPool1d(2), nn.Conv1d(8, 6, 3, dilation=2),
        nn.Sigmoid(), nn.Flatten(), nn.Linear(36, 5)), ROW),
    "upsample": (lambda: nn.Sequential(
        nn.Conv2d(3, 6, 3, 2, 1), nn.PReLU(6), nn.ConvTranspose2d(6, 4, 3, 2, 1, 1), nn.ZeroPad2d(1), nn.GELU(),
        nn.Conv2d(4, 2, 3), nn.SiLU()), IMAGE),
    "autoencoder": (lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(80, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 4), nn.ReLU(), nn.Linear(4, 80),
        nn.Unflatten(1, (4, 20))), ROW),
    "lstm": (lambda: Recurrent(nn.LSTM), ROW),
    "gru": (lambda: Recurrent(nn.GRU), ROW),
    "norm": (lambda: nn.Sequential(nn.Linear(20, 16), nn.LayerNorm(16), nn.Hardsigmoid(), nn.Linear(16, 3)), ROW),
}  # fmt: skip


def shaken(model):
    """Batch normalisations with statistics as if trained."""
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2.0)
            with torch.no_grad():
                module.weight.uniform_(0.5, 1.5)
                module.bias.uniform_(-0.5, 0.5)
    return model.eval()


def plain(path):
    """The file without traces of the source (stack traces with paths of this machine) that the exporters write."""
    import onnx

    model = onnx.load(str(path))
    for item in (
        model,
        model.graph,
        *model.graph.node,
        *model.graph.value_info,
        *model.graph.input,
        *model.graph.output,
    ):
        item.ClearField("doc_string")
        item.ClearField("metadata_props")
    return model.SerializeToString(deterministic=True)


def main():
    with opened(HERE / "samples.tar.xz") as archive, tempfile.TemporaryDirectory() as folder:
        for name, (build, shape) in NETWORKS.items():
            torch.manual_seed(3)
            model = shaken(build())
            inputs = torch.randn(SAMPLES, *shape[1:])
            with torch.no_grad():
                outputs = torch.cat([model(x[None]) for x in inputs])
            write_arrays(archive, f"{name}.npz", in0=inputs.numpy(), out0=outputs.numpy())
            for kind in ("dynamo", "script"):
                path = pathlib.Path(folder) / f"{name}.{kind}.onnx"
                export(model, torch.zeros(shape), path, kind == "dynamo")
                write(archive, path.name, plain(path))
    sys.stdout.write(f"{len(NETWORKS)} networks, {(HERE / 'samples.tar.xz').stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
