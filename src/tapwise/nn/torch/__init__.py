"""Layers for PyTorch with either operator. Importing this room imports torch; nothing else in tapwise does unasked."""

from tapwise.nn.needed import need

need("torch", "tapwise.nn.torch", "torch")

from tapwise.nn.torch.layers import Conv as Conv  # noqa: E402
from tapwise.nn.torch.layers import Conv1d as Conv1d  # noqa: E402
from tapwise.nn.torch.layers import Conv2d as Conv2d  # noqa: E402
from tapwise.nn.torch.layers import Conv3d as Conv3d  # noqa: E402
from tapwise.nn.torch.transposed import ConvTranspose as ConvTranspose  # noqa: E402
from tapwise.nn.torch.transposed import ConvTranspose1d as ConvTranspose1d  # noqa: E402
from tapwise.nn.torch.transposed import ConvTranspose2d as ConvTranspose2d  # noqa: E402
from tapwise.nn.torch.transposed import ConvTranspose3d as ConvTranspose3d  # noqa: E402
