"""`tapwise tune`."""

from __future__ import annotations

from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, Annotated

import typer

from tapwise.cli.progress import bar
from tapwise.engines import calibration, inuse
from tapwise.engines.choice import RATED
from tapwise.engines.tuning import tune as measure_rates
from tapwise.errors import ArgumentError, Shown

if TYPE_CHECKING:
    from tapwise.engines.rates import Rates
    from tapwise.engines.tuning import Measured, Tuning

#: Seconds to measure for; what is under way then, and the rest, take some more.
LONG, QUICK = 55.0, 4.0
#: A choice this close to the fastest engine counts as right.
CLOSE = 1.15


def tune(
    quick: Annotated[bool, typer.Option("--quick", help="5 seconds instead of a minute at most, less exact")] = False,
    show: Annotated[bool, typer.Option("--show", help="measure nothing: show the rates in use")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="remove this machine's own rates")] = False,
) -> None:
    """Measure how fast this machine's engines are, so that engine="auto" chooses well on it.

    The rates go into a file in the user's cache directory, and every later call uses them; until then those shipped for
    the instruction set are used. They change which engine "auto" takes, and so the last bits of float results, but no
    engine's own results. Run it on a machine that does little else.
    """
    if quick + show + forget > 1:
        raise ArgumentError("tune", Shown(""), "--quick, --show and --forget exclude each other", "give one")
    if show:
        typer.echo(shown(inuse.current()))
    elif forget:
        _forget()
    else:
        calibration.prepare()
        with bar("measuring") as progress:
            found = measure_rates(QUICK if quick else LONG, progress)
        typer.echo(compared(found))
        place = calibration.save(found.after, f"{datetime.now().astimezone():%Y-%m-%d %H:%M}")
        inuse.forget()
        typer.echo(f"written to {place}")


def _forget() -> None:
    place = calibration.remove()
    inuse.forget()
    typer.echo("this machine has no rates of its own" if place is None else f"removed {place}")
    typer.echo(f"rates in use: {inuse.current().source}")


def shown(used: Rates) -> str:
    """Return the rates as a table, with what each is for."""
    lines = [f"rates in use: {used.source}", f"each further thread adds {used.gain:.2f} of the first one's speed"]
    for name, engine in RATED.items():
        lines += ["", f"{name}, nanoseconds for"]
        lines += [f"  {used.nanoseconds[name][unit]:>10.3g}   {meaning}" for unit, meaning in engine.units.items()]
    return "\n".join(lines)


def compared(found: Tuning) -> str:
    """Return what the new rates predict, beside the old ones, on the trials that they were not fitted to."""
    lines = [
        f"old rates: {found.before.source}",
        f"each further thread adds {found.after.gain:.2f} of the first one's speed, once {found.before.gain:.2f}",
        "",
        _row("milliseconds", "engine", "measured", "old", "new"),
    ]
    for check in found.checks[:: max(len(found.checks) // 12, 1)]:
        chosen = check.chosen(found.after)
        if chosen in check.times:
            times = (check.times[chosen], check.predicted(chosen, found.before), check.predicted(chosen, found.after))
            lines.append(_row(str(check.trial), chosen, *(f"{time / 1e6:.3g}" for time in times)))
    lines += [
        "",
        f"fitted to {len(found.fits)} problems, as many as there was time for; on {len(found.checks)} others:",
    ]
    for words, table in (("old", found.before), ("new", found.after)):
        close = sum(check.behind(table) <= CLOSE for check in found.checks)
        lines.append(
            f'  {words} rates: predictions are off by {_off(found.checks, table):.0%} (median); engine="auto" takes at '
            f"most {CLOSE - 1:.0%} longer than the fastest engine in {close} of {len(found.checks)}"
        )
    return "\n".join(lines)


def _off(checks: list[Measured], table: Rates) -> float:
    """Return how far predictions are from measured times: the median of the larger over the smaller, less 1."""
    ratios = [check.predicted(name, table) / time for check in checks for name, time in check.times.items()]
    return median(max(ratio, 1 / ratio) for ratio in ratios) - 1 if ratios else 0.0


def _row(what: str, engine: str, *times: str) -> str:
    return f"  {what:<38} {engine:<10}" + "".join(f"{time:>10}" for time in times)
