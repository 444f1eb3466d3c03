"""Named kernels, each as the operator it is for needs it.

All are made for cross-correlation, which uses the kernel as given; ``operator="convolution"`` gives the kernel flipped
along all axes, so that either operator, with its own kernel, gives the same answer. A kernel that differentiates
answers positively where the signal grows along its axis. Sizes are odd, with the centre tap in the middle, except
`box`'s.
"""

from tapwise.kernels.contrast import sharpen as sharpen
from tapwise.kernels.contrast import unsharp as unsharp
from tapwise.kernels.derivatives import gaussian_derivative as gaussian_derivative
from tapwise.kernels.differences import prewitt as prewitt
from tapwise.kernels.differences import scharr as scharr
from tapwise.kernels.differences import sobel as sobel
from tapwise.kernels.directional import emboss as emboss
from tapwise.kernels.directional import gabor as gabor
from tapwise.kernels.directional import motion as motion
from tapwise.kernels.laplacians import laplacian as laplacian
from tapwise.kernels.laplacians import log as log
from tapwise.kernels.smoothing import box as box
from tapwise.kernels.smoothing import gaussian as gaussian
from tapwise.kernels.specs import by_name as by_name
from tapwise.kernels.specs import names as names

__all__ = [
    "box",
    "by_name",
    "emboss",
    "gabor",
    "gaussian",
    "gaussian_derivative",
    "laplacian",
    "log",
    "motion",
    "names",
    "prewitt",
    "scharr",
    "sharpen",
    "sobel",
    "unsharp",
]
