"""What users call: both operators, their transposes and gradients, their matrix and their labels."""

from tapwise.operators.apply import apply as apply
from tapwise.operators.apply import choose as choose
from tapwise.operators.apply import error_bound as error_bound
from tapwise.operators.gradients import input_gradient as input_gradient
from tapwise.operators.gradients import kernel_gradient as kernel_gradient
from tapwise.operators.labels import lags as lags
from tapwise.operators.labels import offsets as offsets
from tapwise.operators.matrix import matrix as matrix
from tapwise.operators.named import convolve as convolve
from tapwise.operators.named import correlate as correlate
from tapwise.operators.named import transposed as transposed
from tapwise.operators.prepare import Prepared as Prepared
from tapwise.operators.prepare import prepare as prepare

__all__ = [
    "Prepared", "apply", "choose", "convolve", "correlate", "error_bound", "input_gradient", "kernel_gradient", "lags",
    "matrix", "offsets", "prepare", "transposed",
]  # fmt: skip
