"""The widget: what is changed in the page is changed in Python, and back; text where no widget runs."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import pytest

import tapwise as tw
from tapwise import Convention, explorer
from tapwise.errors import ArgumentError, MissingLibrary
from tests.explorer.browser import Opened
from tests.needs import needs


def test_values_and_words_both_ways() -> None:
    needs("anywidget")
    shown = explorer.widget([2, 1, 3, 5, 4], [1, 2, 0], operator="cross-correlation", size="same", boundary="edge")
    heard: list[Any] = []
    shown.observe(heard.append, "fields")
    assert shown.convention == Convention.of(operator="cross-correlation", size="same", boundary="edge")
    np.testing.assert_array_equal(shown.y, tw.apply([2, 1, 3, 5, 4], [1, 2, 0], shown.convention))
    shown.x = [7, 1, 3]
    shown.h = [1, -1]
    shown.convention = Convention.of(operator="convolution", size="full")
    assert len(heard) == 3
    np.testing.assert_array_equal(shown.y, np.convolve([7, 1, 3], [1, -1]))
    with pytest.raises(ArgumentError, match="has 1 axes and x has 2"):
        shown.x = [[1, 2]]
    convention = Convention.of(operator="convolution", stride=(1, 2), boundary="constant(2)", size="full")
    shown.show([[1, 2.5, 3]], [[0.5, 1]], convention)
    assert shown.convention == convention
    assert shown.x.tolist() == [[1, 2.5, 3]]
    np.testing.assert_array_equal(shown.y, tw.apply([[1, 2.5, 3]], [[0.5, 1]], shown.convention))
    shown.fields = {"x": "1,2,3", "h": "4,5", "op": "lag", "at": "1"}  # as the page says it
    assert shown.h.tolist() == [4, 5]
    np.testing.assert_array_equal(shown.y, tw.correlate([1, 2, 3], [4, 5])[::-1])


def test_text_where_no_widget_runs() -> None:
    needs("anywidget")
    bundle = explorer.widget([2, 1, 3, 5, 4], [1, -1])._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "(-1)*2 + 1*1 = -2 + 1 = -1" in data["text/html"]


def test_a_missing_anywidget_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(MissingLibrary, match=r"pip install 'tapwise\[notebook\]'"):
        explorer.widget([1], [1])


MODEL = """async ([module, css, fields, presets]) => {
  const state = {fields, presets}, heard = {};
  window.saved = [];
  window.model = {
    get: name => state[name], set: (name, value) => { state[name] = value; },
    save_changes: () => saved.push(state.fields),
    on: (event, call) => { heard[event] = call; }, off: event => { delete heard[event]; },
    tell: value => { state.fields = value; heard['change:fields'](); },
  };
  const {default: widget} = await import(URL.createObjectURL(new Blob([module], {type: 'text/javascript'})));
  const shadow = document.body.appendChild(document.createElement('div')).attachShadow({mode: 'open'});
  shadow.appendChild(document.createElement('style')).textContent = css;
  const el = shadow.appendChild(document.createElement('div'));
  window.end = widget.render({model, el});
  window.heard = heard;
}"""


def test_the_module_speaks_with_its_model(browser: Any) -> None:
    """In a shadow tree, as marimo has it, with a model as anywidget gives it."""
    needs("anywidget")
    shown = explorer.widget([2, 1, 3, 5, 4], [1, 2, 0], size="same")
    context = browser.new_context()
    page = Opened(context.new_page())
    page.page.goto("about:blank")
    page.page.evaluate(MODEL, [shown._esm, shown._css, shown.fields, shown.presets])
    np.testing.assert_array_equal(page.outputs("Convolution"), shown.y)
    page.cell("The signal x", 0, 2).focus()
    page.page.keyboard.type("9")
    page.page.keyboard.press("Enter")
    page.rest()
    shown.fields = page.page.evaluate("saved.at(-1)")
    assert shown.x.tolist() == [2, 9, 3, 5, 4]
    np.testing.assert_array_equal(page.outputs("Convolution"), shown.y)
    assert page.page.evaluate("document.querySelector('div').shadowRoot.activeElement.ariaLabel").startswith("x[1] = 9")
    shown.h = [3, -1]
    page.page.evaluate("fields => model.tell(fields)", shown.fields)
    np.testing.assert_array_equal(page.outputs("Convolution"), shown.y)
    count = page.page.evaluate("saved.length")
    page.rest()
    assert page.page.evaluate("saved.length") <= count + 1  # what Python said is at most said back once, not for ever
    assert page.page.evaluate("end(), Object.keys(heard).length") == 0
    assert page.complaints == []
    assert json.dumps(shown.fields)
