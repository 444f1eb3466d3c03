"""The gallery is what its script builds: page and pictures, and nothing on the pictures overlaps."""

from __future__ import annotations

import importlib.util
import re
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tapwise.draw.scene import Badge, Scene, Words
from tests.needs import needs

needs("matplotlib")
needs("skimage")

DOCS = Path(__file__).parents[2] / "docs"


def script() -> Any:
    spec = importlib.util.spec_from_file_location("gallery", DOCS / "gallery.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["gallery"] = module
    spec.loader.exec_module(module)
    return module


GALLERY = script()
NAMES = [figure.name for _, _, figures in GALLERY.SECTIONS for figure in figures]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("docs")
    return folder, GALLERY.build(folder)


@pytest.fixture
def built(made: tuple[Path, dict[str, Any]]) -> Path:
    return made[0]


def content(svg: str) -> list[str]:
    """Title, description, and every text and named cell of a picture, in order; no fonts, no pixels."""
    return re.findall(r"<title.*?</title>|<desc.*?</desc>|<!-- .*? -->|<g id=\"[^\"]*\">", svg, flags=re.DOTALL)


def test_the_page_and_its_files_are_what_the_script_builds(built: Path) -> None:
    assert (DOCS / "gallery.md").read_text(encoding="utf-8") == (built / "gallery.md").read_text(encoding="utf-8")
    names = sorted(path.name for path in (built / "gallery").iterdir())
    assert sorted(path.name for path in (DOCS / "gallery").iterdir()) == names
    linked = re.findall(r"\(gallery/([^)]*)\)", (built / "gallery.md").read_text(encoding="utf-8"))
    assert sorted(linked) == names


@pytest.mark.parametrize("name", NAMES)
def test_pictures_show_what_the_script_draws(built: Path, name: str) -> None:
    new, old = ((folder / "gallery" / f"{name}.svg").read_text(encoding="utf-8") for folder in (built, DOCS))
    assert content(old) == content(new)
    assert len(content(new)) > 10
    assert content(new.replace("<!-- ", "<!-- 7", 1)) != content(old)  # another number would be seen


def test_the_animation(built: Path) -> None:
    with Image.open(built / "gallery" / "sliding.gif") as new, Image.open(DOCS / "gallery" / "sliding.gif") as old:
        assert (new.n_frames, new.size) == (old.n_frames, old.size)  # type: ignore[attr-defined]
        assert new.n_frames == 9  # type: ignore[attr-defined]


def test_the_gallery_stays_small() -> None:
    assert sum(path.stat().st_size for path in (DOCS / "gallery").iterdir()) < 2_000_000


def overlapping(scene: Scene) -> list[tuple[str, str]]:
    """Pairs of texts that lie on each other."""
    texts = [item for item in scene.items if isinstance(item, (Words, Badge))]
    found = []
    for first, second in combinations(texts, 2):
        a, b = first.bounds(), second.bounds()
        across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        if across > 0.08 and down > 0.16:
            found.append((getattr(first, "text", "badge"), getattr(second, "text", "badge")))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_no_text_lies_on_another(made: tuple[Path, dict[str, Any]], name: str) -> None:
    scene = made[1][name].scene
    assert overlapping(scene) == []
    words = [item for item in scene.items if isinstance(item, Words) and item.text.strip()]
    assert all(item.size > 0.16 for item in words)
    left, _, right, _ = scene.bounds()
    assert right - left < 24  # half a page's width of letters still readable


def test_texts_on_each_other_are_found() -> None:
    assert overlapping(Scene([Words(0, 0, "one"), Words(0.1, 0.05, "two")])) == [("one", "two")]
    assert overlapping(Scene([Words(0, 0, "one"), Words(0, 1, "two")])) == []


def test_every_slip_is_told() -> None:
    page = (DOCS / "gallery.md").read_text(encoding="utf-8")
    assert "[3, 0, −3]" in page  # a symmetric kernel with the article's labels
    assert "[1, 2, 9] and [3, 10, 11]" in page  # the answer's program, had it used its h2
    assert page.count("slip") + page.count("**The article says") + page.count("**Half true") >= 10
