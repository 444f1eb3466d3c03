"""Steps as data: which input meets which tap at each output; and what an input cannot tell apart."""

from tapwise.explain.ambiguity import Ambiguity as Ambiguity
from tapwise.explain.ambiguity import Clearer as Clearer
from tapwise.explain.ambiguity import ambiguity as ambiguity
from tapwise.explain.compare import Comparison as Comparison
from tapwise.explain.compare import compare as compare
from tapwise.explain.peers import same_from as same_from
from tapwise.explain.steps import Explanation as Explanation
from tapwise.explain.steps import Step as Step
from tapwise.explain.steps import Term as Term
from tapwise.explain.steps import explain as explain
from tapwise.explain.text import comparison_text as comparison_text

__all__ = [
    "Ambiguity", "Clearer", "Comparison", "Explanation", "Step", "Term", "ambiguity", "compare", "comparison_text", "explain",
    "same_from",
]  # fmt: skip
