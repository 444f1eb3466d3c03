"""Convolution and cross-correlation, tap by tap: compute both exactly as meant, see every product."""

from __future__ import annotations

from tapwise.convention import Anchor as Anchor
from tapwise.convention import Boundary as Boundary
from tapwise.convention import Convention as Convention
from tapwise.convention import Size as Size
from tapwise.operators import apply as apply
from tapwise.operators import choose as choose
from tapwise.operators import convolve as convolve
from tapwise.operators import correlate as correlate
from tapwise.operators import error_bound as error_bound
from tapwise.operators import input_gradient as input_gradient
from tapwise.operators import kernel_gradient as kernel_gradient
from tapwise.operators import lags as lags
from tapwise.operators import matrix as matrix
from tapwise.operators import offsets as offsets
from tapwise.operators import transposed as transposed
