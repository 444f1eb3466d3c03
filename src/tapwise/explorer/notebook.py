"""The page as a widget of notebooks, its numbers and words shared with Python. Needs anywidget, imported on use."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from tapwise.convention import Convention
from tapwise.errors import MissingLibrary
from tapwise.explanation import compare, comparison_text
from tapwise.explorer.building import fields_of
from tapwise.explorer.joining import joined, source
from tapwise.explorer.presets import presets
from tapwise.operators import apply

if TYPE_CHECKING:
    from tapwise.operators.arrays import Array

#: The page's operators, and what they are called in a convention.
_OPERATORS = {
    "convolution": ("convolution", "forward"), "correlation": ("cross-correlation", "forward"),
    "lag": ("cross-correlation", "reversed"),
}  # fmt: skip
#: How the page is looked at, which stays when other numbers are shown.
_KEPT = ("labels", "ox", "oh", "order")
#: What a field says that is left out.
_USUAL = {
    "size": "valid", "boundary": "zero", "anchor": "default", "stride": "1", "dilation": "1", "spread": "1",
    "operands": "as-given", "op": "convolution",
}  # fmt: skip


def widget(x: Any, h: Any, convention: Convention | None = None, *, like: str | None = None, **words: Any) -> Any:
    """Return the explorer as a widget for Jupyter, marimo and other notebooks that know anywidget.

    What is changed on the page is changed in Python, and the other way round: `x`, `h` and `convention` may be read and
    set, `show(x, h, convention)` sets all at once, and `y` is the result of the operator in view. Where widgets do not
    run, the comparison stands as text.

    Parameters
    ----------
    x, h, convention, like, **words
        As for `tapwise.explorer.page`.

    Returns
    -------
    anywidget.AnyWidget
        With `x`, `h`, `y`, `convention`, and the synchronised trait `fields`, which `observe` can watch.

    Raises
    ------
    MissingLibrary
        If anywidget is not installed; and as for `page`.

    Examples
    --------
    >>> from tapwise import explorer
    >>> shown = explorer.widget([2, 1, 3, 5, 4], [1, 2, 0], operator="cross-correlation")  # doctest: +SKIP
    >>> shown.x = [1, 2, 3, 4]  # doctest: +SKIP
    >>> shown.y  # doctest: +SKIP
    array([5, 8])
    """
    try:
        import anywidget
        import traitlets
    except ModuleNotFoundError as error:
        raise MissingLibrary(
            "anywidget", "the explorer in a notebook", "install it with: pip install 'tapwise[notebook]'"
        ) from error

    class Explorer(anywidget.AnyWidget):
        _esm = f"{joined('widget')}export default {{ render: widget_js.render }};\n"
        _css = source("style.css")
        fields: Any = traitlets.Dict().tag(sync=True)
        presets: Any = traitlets.List().tag(sync=True)

        @property
        def x(self) -> Array:
            return _array(self.fields, "x")

        @x.setter
        def x(self, value: Any) -> None:
            self.show(value, self.h)

        @property
        def h(self) -> Array:
            return _array(self.fields, "h")

        @h.setter
        def h(self, value: Any) -> None:
            self.show(self.x, value)

        @property
        def convention(self) -> Convention:
            return _convention(self.fields)

        @convention.setter
        def convention(self, value: Convention) -> None:
            self.show(self.x, self.h, value)

        def show(self, x: Any, h: Any, convention: Convention | None = None) -> None:
            """Show other arrays, and another convention if one is given."""
            kept = {name: text for name, text in self.fields.items() if name in _KEPT}
            self.fields = {**kept, **fields_of(x, h, convention or self.convention)}

        @property
        def y(self) -> Array:
            return np.asarray(apply(self.x, self.h, self.convention))

        def _repr_mimebundle_(self, **options: Any) -> Any:
            bundle = super()._repr_mimebundle_(**options)
            data, *rest = bundle if isinstance(bundle, tuple) else (bundle,)
            if data is not None:
                data = {**data, "text/html": _static(self.x, self.h, self.convention)}
            return (data, *rest) if rest else data

    return Explorer(fields=fields_of(x, h, convention, like, words), presets=presets())


def _array(fields: dict[str, str], name: str) -> Array:
    rows = [[float(word) for word in row.split(",")] for row in fields[name].split(";")]
    values = np.array(rows)
    values = values.astype(int) if (values == np.rint(values)).all() and (abs(values) < 2**53).all() else values
    two = fields.get("ndim") == "2" or ";" in fields["x"]
    return values if two else values[0]


def _convention(fields: dict[str, str]) -> Convention:
    said = {**_USUAL, **fields}
    operator, output = _OPERATORS[said["op"]]
    usual = "low" if operator == "convolution" else "high"
    words: dict[str, Any] = {
        "size": said["size"].split(";"), "boundary": said["boundary"].split(";"),
        "anchor": [usual if word == "default" else word for word in said["anchor"].split(";")],
        **{name: [int(word) for word in said[name].split(";")] for name in ("stride", "dilation", "spread")},
    }  # fmt: skip
    words = {name: values[0] if len(values) == 1 else tuple(values) for name, values in words.items()}
    return Convention.of(operator=operator, output=output, operands=said["operands"], **words)


def _static(x: Array, h: Array, convention: Convention) -> str:
    """Return the comparison of both operators as text in HTML, for where no script runs."""
    words = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in convention.to_dict().items()
        if name in ("size", "boundary", "stride", "dilation", "spread", "operands")
    }
    return f"<pre>{escape(comparison_text(compare(x, h, most=24, **words)))}</pre>"
