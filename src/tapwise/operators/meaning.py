"""What the caller means: a convention, the fields of one, or the name of a function that has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tapwise.catalogue import meaning
from tapwise.convention import FIELDS, Convention
from tapwise.convention.convention import OPERATORS
from tapwise.convention.words import listed
from tapwise.errors import ArgumentError, ArgumentTypeError, Shown
from tapwise.geometry import operator_plan
from tapwise.operators.axes import resolve

if TYPE_CHECKING:
    from tapwise.geometry import Plan

    #: A convention, the axes it filters, and its plan.
    Met = tuple[Convention, tuple[int, ...], Plan]

T = TypeVar("T")

#: Words of other libraries' functions, and what to write here.
_FOREIGN = {
    "mode": "means size in scipy.signal and boundary in scipy.ndimage",
    "padding": "means pads in PyTorch, and a size rule in TensorFlow",
    "pad": "means pads in some libraries and a boundary in others",
    "padding_mode": "is PyTorch's word for the boundary",
    "cval": "is scipy.ndimage's word for a constant boundary",
    "fillvalue": "is scipy.signal's word for a constant boundary",
    "origin": "is scipy.ndimage's word for the anchor, counted from the middle",
    "method": "is scipy.signal's word for the engine",
    "axis": "is the word of functions of one axis",
    "borderType": "is OpenCV's word for the boundary",
    "strides": "is TensorFlow's word for the stride",
}
_INSTEAD = {
    "mode": "write size='same' or boundary='reflect101'",
    "padding": "write size='pads(1,1)', 'same-upper' or 'valid'",
    "pad": "write size='pads(1,1)' and boundary='zero'",
    "padding_mode": "write boundary='zero', 'reflect101', 'edge' or 'wrap'",
    "cval": "write boundary='constant(7)'",
    "fillvalue": "write boundary='constant(7)'",
    "origin": "write anchor='high+1' for origin=1",
    "method": "write engine='fourier' or engine='numpy'",
    "axis": "write axes=0",
    "borderType": "write boundary='cv2:BORDER_REFLECT_101'",
    "strides": "write stride=2",
}


def understand(
    convention: Convention | None, like: str | None, words: dict[str, Any], *, ndim: int, defaults: dict[str, Any]
) -> tuple[Convention, object]:
    """Return the convention that is meant for arrays of `ndim` axes, and the axes that `like` filters by itself."""
    if convention is not None and like is not None:
        raise ArgumentError("like", like, "a convention is given as well", "leave out one of the two")
    if like is not None:
        return meaning(like, words, ndim=ndim)
    if convention is None:
        check_words(words)
        if "operator" not in {**defaults, **words}:
            raise ArgumentTypeError("operator", Shown(""), "is not given",
                                    f"write operator={listed(OPERATORS)}, or like= with a function's name")  # fmt: skip
        return Convention.of(**{**defaults, **words}), None
    if not isinstance(convention, Convention):
        raise ArgumentTypeError(
            "convention",
            convention,
            "must be a Convention",
            "write Convention.of(operator=...), or like='numpy.convolve'",
        )
    if words:
        name, value = next(iter(words.items()))
        raise ArgumentError(name, value, "a convention is given, which says it", f"write convention.but({name}=...)")
    return convention, None


def met(
    convention: Convention | None, like: str | None, words: dict[str, Any], defaults: dict[str, Any], axes: object,
    signal: tuple[int, ...], kernel: tuple[int, ...],
) -> Met:  # fmt: skip
    """Return the convention that is meant, the axes it filters, and its plan for arrays of these shapes.

    The same words are understood once, and so are shapes that were met before.
    """
    try:
        said = [_key(word) for word in (convention, like, axes, *defaults.values(), *words.values())]
    except _Unlike:
        return _plan(*understand(convention, like, words, ndim=len(kernel), defaults=defaults), axes, signal, kernel)
    key = (*said, *defaults, *words, len(kernel))
    found = _recent.get(key)
    if found is None:
        meant, own_axes = understand(convention, like, words, ndim=len(kernel), defaults=defaults)
        found = _put(_recent, key, (convention, meant, own_axes, {}))
    _, meant, own_axes, plans = found
    plan = plans.get((signal, kernel))
    if plan is None:
        plan = _put(plans, (signal, kernel), _plan(meant, own_axes, axes, signal, kernel))
    return plan


def _plan(meant: Convention, own_axes: object, axes: object, signal: tuple[int, ...], kernel: tuple[int, ...]) -> Met:
    names = ("x", "h")
    if meant.operands == "exchanged":
        signal, kernel, names = kernel, signal, ("h", "x")
    places = resolve(own_axes if axes is None else axes, signal, len(kernel), names)
    plan, _ = operator_plan(meant, [signal[a] for a in places], kernel)
    return meant, places, plan


class _Unlike(Exception):
    """A word that is not told from others by its value."""


#: What words meant lately, by their types and values, and the plans for the shapes met with them; of each at most so
#: many. A convention is kept with what it meant, so that no other can take its id.
MOST = 256
_recent: dict[Any, tuple[Convention | None, Convention, object, dict[Any, Met]]] = {}


def _put(table: dict[Any, T], key: object, value: T) -> T:
    if len(table) >= MOST:
        table.clear()
    table[key] = value
    return value


def _key(word: object) -> object:
    """Return what tells a word from all others: Python holds 1, True and 1.0 for equal, and 0.0 and -0.0."""
    kind = type(word)
    if kind is tuple:
        return tuple([_key(item) for item in word])  # type: ignore[attr-defined]
    if word is None or kind in (str, int):
        return word
    if kind is bool or kind is Convention:
        return kind, id(word)
    raise _Unlike


def check_words(words: dict[str, Any]) -> None:
    """Refuse a keyword that is none of ours, with what to write instead of a foreign one."""
    for name, value in words.items():
        if name in FIELDS:
            continue
        if name in _FOREIGN:
            raise ArgumentTypeError(name, value, _FOREIGN[name], _INSTEAD[name])
        raise ArgumentTypeError(
            name, value, "is not an argument", f"the fields of a convention are {', '.join(FIELDS)}"
        )
