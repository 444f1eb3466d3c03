"""Engines compute a plan: the definition, NumPy's slices and matrix products, and Fourier transforms."""

from tapwise.engines.bounds import error_bound as error_bound
from tapwise.engines.case import Array as Array
from tapwise.engines.case import Case as Case
from tapwise.engines.choice import ENGINES as ENGINES
from tapwise.engines.choice import Choice as Choice
from tapwise.engines.choice import choose as choose
from tapwise.engines.choice import chosen as chosen
from tapwise.engines.choice import present as present
from tapwise.engines.native import native as native
from tapwise.engines.native import set_threads as set_threads
from tapwise.engines.native import threads as threads
from tapwise.engines.numbers import Numbers as Numbers
from tapwise.engines.numbers import settle as settle
from tapwise.engines.recall import forget as forget
from tapwise.engines.recall import recalled as recalled
from tapwise.engines.recall import remember as remember
from tapwise.engines.recall import suspended as suspended
from tapwise.engines.run import Ready as Ready
from tapwise.engines.run import beside as beside
from tapwise.engines.run import run as run
from tapwise.engines.storing import Corner as Corner
from tapwise.engines.storing import store as store
from tapwise.engines.storing import stored as stored

__all__ = [
    "ENGINES", "Array", "Case", "Choice", "Corner", "Numbers", "Ready", "beside", "choose", "chosen", "error_bound",
    "forget", "native", "present", "recalled", "remember", "run", "set_threads", "settle", "store", "stored",
    "suspended", "threads",
]  # fmt: skip
