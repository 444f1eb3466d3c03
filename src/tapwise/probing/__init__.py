"""Which convention does it follow? A function, by asking it; an answer, by looking at it."""

from tapwise.probing.channels import Channels as Channels
from tapwise.probing.identify import Explanation as Explanation
from tapwise.probing.identify import Identification as Identification
from tapwise.probing.identify import identify as identify
from tapwise.probing.probe import probe as probe
from tapwise.probing.refusal import Counterexample as Counterexample
from tapwise.probing.refusal import NotAnOperator as NotAnOperator
from tapwise.probing.telling import Separator as Separator
from tapwise.probing.verdict import Evidence as Evidence
from tapwise.probing.verdict import Verdict as Verdict

__all__ = [
    "Channels", "Counterexample", "Evidence", "Explanation", "Identification", "NotAnOperator", "Separator", "Verdict",
    "identify", "probe",
]  # fmt: skip
