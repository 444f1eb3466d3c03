"""Which catalogued functions compute the same: found by comparing plans, not by a list kept by hand."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tapwise.catalogue import entry, meaning, names
from tapwise.errors import TapwiseError
from tapwise.geometry import operator_plan

if TYPE_CHECKING:
    from tapwise.convention import Convention

#: The choices of options that are tried, by the option's name.
_CHOICES: dict[str, tuple[Any, ...]] = {
    "mode": ("valid", "same", "full", "reflect", "mirror", "nearest", "wrap", "constant"),
    "boundary": ("fill", "wrap", "symm"),
    "padding": (0, "same"),
    "padding_mode": ("zeros", "reflect", "replicate", "circular"),
}
_SHORT = {"numpy.": "np."}
#: The libraries that are named: what most readers have, and whose sums are direct.
_NAMED = ("numpy.", "scipy.signal.conv", "scipy.signal.corr", "scipy.ndimage.", "torch.nn.functional.")


def same_from(convention: Convention, x: tuple[int, ...], h: tuple[int, ...]) -> list[str]:
    """Return the calls of catalogued functions that meet the same taps and inputs for arrays of these shapes.

    Number types are left aside: they compute the same sums where nothing overflows or is rounded.

    Examples
    --------
    >>> from tapwise import Convention
    >>> same_from(Convention.of(operator="convolution"), (5,), (2,))[0]
    'np.convolve(x, h, mode="valid")'
    """
    plan, _ = operator_plan(convention, x, h)
    calls = []
    for name in names():
        found = entry(name)
        if found.ndim not in (None, len(h)) or not name.startswith(_NAMED):
            continue
        tried = [option for option in found.options if option in _CHOICES]
        for choice in itertools.product(*(_CHOICES[option] for option in tried)):
            options = dict(zip(tried, choice, strict=True))
            try:
                meant, _ = meaning(name, options)
                same = operator_plan(meant, x, h)[0] == plan
            except TapwiseError:
                continue
            if same:
                calls.append(_call(name, options, found.options))
                break
    return calls


def _call(name: str, options: dict[str, Any], defaults: Any) -> str:
    short = next((s + name.removeprefix(long) for long, s in _SHORT.items() if name.startswith(long)), name)
    words = [f'{k}="{v}"' if isinstance(v, str) else f"{k}={v}" for k, v in options.items() if v != defaults[k]]
    if not words and "mode" in options:
        words = [f'mode="{options["mode"]}"']  # the size is worth seeing even where it is the default
    return f"{short}({', '.join(['x', 'h', *words])})"
