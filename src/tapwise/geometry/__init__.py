"""The equation u·i = s·o + c + d·t: plans, their three turns, folds and exact costs. Standard library only."""

from tapwise.geometry.axis import AxisPlan as AxisPlan
from tapwise.geometry.axis import Run as Run
from tapwise.geometry.cost import Cost as Cost
from tapwise.geometry.cost import cost as cost
from tapwise.geometry.extension import source as source
from tapwise.geometry.plan import Fold as Fold
from tapwise.geometry.plan import Plan as Plan
from tapwise.geometry.plan import forward as forward
from tapwise.geometry.plan import input_turn as input_turn
from tapwise.geometry.plan import kernel_turn as kernel_turn
from tapwise.geometry.plan import linear as linear
from tapwise.geometry.plan import operator_plan as operator_plan
from tapwise.geometry.plan import transposed_lengths as transposed_lengths

__all__ = [
    "AxisPlan", "Cost", "Fold", "Plan", "Run", "cost", "forward", "input_turn", "kernel_turn", "linear",
    "operator_plan", "source", "transposed_lengths",
]  # fmt: skip
