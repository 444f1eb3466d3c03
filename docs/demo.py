"""What `make demo` runs: the two worked examples, then a photograph filtered under each operator."""

from __future__ import annotations

import shlex
from pathlib import Path

import skimage.data

from tapwise.cli import main

OUT = Path("demo")


def run(*words: str) -> None:
    """Show a command and run it."""
    print(f"\n$ tapwise {shlex.join(words)}")
    try:
        main(list(words))
    except SystemExit as stop:
        if stop.code:
            raise


def demo() -> None:
    """Run the examples."""
    photograph = str(Path(skimage.data.__file__).parent / "chelsea.png")
    OUT.mkdir(exist_ok=True)
    run("compare", "2,1,3,5,4", "1,-1")
    run("compare", "2,1,3,5,4", "-1,2,-1")
    for operator in ("cross-correlation", "convolution"):
        target = str(OUT / f"emboss-{operator}.png")
        run("filter", photograph, "-k", "emboss", "-o", target, "--operator", operator, "--force")
    run("filter", photograph, "-k", "gaussian:sigma=3", "-o", str(OUT / "blurred.png"), "--force")
    signed = ["--scale", "signed", "--force"]
    run("filter", photograph, "-k", "sobel:axis=1", "-o", str(OUT / "sobel.png"), *signed)
    print(f"\nThe pictures are in {OUT}/: light falls from opposite sides in the two emboss-*.png.")


if __name__ == "__main__":
    demo()
