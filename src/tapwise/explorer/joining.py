"""One script from many modules, and one page from a script, a style and data; deterministic, and without a bundler."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib.resources import files
from typing import Any

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class)\s+(\w+))", re.MULTILINE)


def source(name: str) -> str:
    """Return the text of one of the page's files."""
    return files("tapwise.explorer").joinpath("page", name).read_text(encoding="utf-8")


def joined(entry: str) -> str:
    """Return one script that does what the module `entry` and all that it imports do.

    Each module becomes a function that is called once, after those it imports, and returns what it exports; so names
    stay its own. Modules import names from modules beside them, and export functions, constants and classes where they
    are declared; nothing else is understood, or needed.

    Examples
    --------
    >>> script = joined("relation")
    >>> script.startswith('"use strict";'), "export" in script
    (True, False)
    """
    order: list[str] = []
    _visit(entry, order, ())
    return '"use strict";\n' + "".join(_module(name) for name in order)


def _visit(name: str, order: list[str], path: tuple[str, ...]) -> None:
    if name in path:
        msg = f"the modules import each other in a circle: {' -> '.join([*path, name])}"
        raise ValueError(msg)
    if name in order:
        return
    for _, imported in _IMPORT.findall(source(f"{name}.js")):
        _visit(imported, order, (*path, name))
    order.append(name)


def _module(name: str) -> str:
    text = source(f"{name}.js")
    exported = _EXPORT.findall(text)
    text = _EXPORT.sub(
        "", _IMPORT.sub(lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = {found[2]}_js;\n", text)
    )
    if left := re.search(r"^(?:import|export)\b.*", text, re.MULTILINE):
        msg = f"{name}.js: {left[0]!r} is not understood by the joiner"
        raise ValueError(msg)
    return f"const {name}_js = (() => {{\n{text}return {{ {', '.join(exported)} }};\n}})();\n"


def html(title: str, data: dict[str, Any]) -> str:
    """Return the whole page: nothing in it asks for anything outside of it, and its policy forbids it to."""
    style, script = source("style.css"), joined("main")
    if early := re.search(r"</(?:script|style)|<!--", script + style, re.IGNORECASE):
        msg = f"a script or a style that holds {early[0]!r} would end early"
        raise ValueError(msg)
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    parts = {
        "TITLE": _text(title), "POLICY": policy, "STYLE": style, "SCRIPT": script,
        "DATA": json.dumps(data, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c"),
    }  # fmt: skip
    return re.sub(r"\{\{([A-Z]+)\}\}", lambda found: parts[found[1]], source("page.html"))


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
