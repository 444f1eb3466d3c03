"""Timing tapwise beside other libraries on equal footing: the same problem, the same result, as many threads."""

from tapwise.benchmarking.checking import Verdict as Verdict
from tapwise.benchmarking.checking import expected as expected
from tapwise.benchmarking.checking import judged as judged
from tapwise.benchmarking.comparison import PEERS as PEERS
from tapwise.benchmarking.comparison import Comparison as Comparison
from tapwise.benchmarking.comparison import Row as Row
from tapwise.benchmarking.comparison import compare as compare
from tapwise.benchmarking.comparison import installed as installed
from tapwise.benchmarking.job import Job as Job
from tapwise.benchmarking.machine import processor as processor
from tapwise.benchmarking.pace import Pace as Pace
from tapwise.benchmarking.peer import Peer as Peer
from tapwise.benchmarking.peer import Ready as Ready
from tapwise.benchmarking.rounds import Spread as Spread
from tapwise.benchmarking.rounds import Timing as Timing
from tapwise.benchmarking.threads import environment as environment
from tapwise.benchmarking.threads import limited as limited
from tapwise.benchmarking.threads import switch as switch

__all__ = [
    "PEERS", "Comparison", "Job", "Pace", "Peer", "Ready", "Row", "Spread", "Timing", "Verdict", "compare",
    "environment", "expected", "installed", "judged", "limited", "processor", "switch",
]  # fmt: skip
