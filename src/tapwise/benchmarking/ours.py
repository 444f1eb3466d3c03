"""tapwise itself, as a user calls it, and each of its engines by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tapwise.benchmarking.peer import Peer, Ready, Unfit
from tapwise.engines import ENGINES
from tapwise.errors import EngineError
from tapwise.operators import choose, convolve, correlate

if TYPE_CHECKING:
    from tapwise.benchmarking.job import Job
    from tapwise.engines import Choice

AUTO = "tapwise"
#: Products above which the reference, a loop in Python, is not asked.
_LOOPED = 10_000
#: The engines whose time grows with more than the samples.
_WORK = {"reference": "products", "numpy": "products", "direct": "products"}


def choice(job: Job, engine: str = "auto") -> Choice:
    """Return what tapwise chooses for a job, and why."""
    return choose(job.x, job.h, dtype=job.result, engine=engine, **job.words)


def _prepare(engine: str, job: Job) -> Ready:
    if engine == "reference" and job.products > _LOOPED:
        raise Unfit("it is the definition, written as a loop")
    try:
        choice(job, engine)
    except EngineError as why:
        raise Unfit(why.rule) from None
    words = {name: word for name, word in job.words.items() if name not in ("operator", "anchor", "conjugate")}
    call = {"convolution": convolve, "cross-correlation": correlate}[job.operator]
    words |= {} if engine == "auto" else {"engine": engine}
    if job.dtype is not None:
        words["dtype"] = job.result
    return Ready(partial(call, job.x, job.h, **words))


CANDIDATES = (
    Peer(AUTO, ("tapwise",), partial(_prepare, "auto")),
    *(
        Peer(f"{AUTO} {engine}", ("tapwise",), partial(_prepare, engine), _WORK.get(engine, "samples"))
        for engine in ENGINES
    ),
)
