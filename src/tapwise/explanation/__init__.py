"""Steps as data: which input meets which tap at each output; and what an input cannot tell apart."""

from tapwise.explanation.ambiguity import Ambiguity as Ambiguity
from tapwise.explanation.ambiguity import Change as Change
from tapwise.explanation.ambiguity import Clearer as Clearer
from tapwise.explanation.ambiguity import Edit as Edit
from tapwise.explanation.ambiguity import ambiguity as ambiguity
from tapwise.explanation.compare import Comparison as Comparison
from tapwise.explanation.compare import compare as compare
from tapwise.explanation.definitions import DEFINITIONS as DEFINITIONS
from tapwise.explanation.definitions import Definition as Definition
from tapwise.explanation.definitions import Relation as Relation
from tapwise.explanation.definitions import relations as relations
from tapwise.explanation.feeds import Feed as Feed
from tapwise.explanation.feeds import Feeds as Feeds
from tapwise.explanation.gradient import GradientExplanation as GradientExplanation
from tapwise.explanation.gradient import explain_gradient as explain_gradient
from tapwise.explanation.labels import Labels as Labels
from tapwise.explanation.labels import Law as Law
from tapwise.explanation.parity import Parity as Parity
from tapwise.explanation.parity import parity as parity
from tapwise.explanation.peers import same_from as same_from
from tapwise.explanation.steps import Explanation as Explanation
from tapwise.explanation.steps import explain as explain
from tapwise.explanation.terms import Step as Step
from tapwise.explanation.terms import Term as Term
from tapwise.explanation.text import comparison_text as comparison_text

__all__ = [
    "DEFINITIONS", "Ambiguity", "Change", "Clearer", "Comparison", "Definition", "Edit", "Explanation", "Feed",
    "Feeds", "GradientExplanation", "Labels", "Law", "Parity", "Relation", "Step", "Term", "ambiguity", "compare",
    "comparison_text", "explain", "explain_gradient", "parity", "relations", "same_from",
]  # fmt: skip
