"""Figures from the steps of an explanation, drawn with matplotlib; every number and index in them is the steps'."""

from tapwise.draw.arrays import kernel as kernel
from tapwise.draw.arrays import signal as signal
from tapwise.draw.arrays import zoom as zoom
from tapwise.draw.definitions import definitions as definitions
from tapwise.draw.drawing import Drawing as Drawing
from tapwise.draw.equations import equations as equations
from tapwise.draw.filtered import filtered as filtered
from tapwise.draw.gradients import gradients as gradients
from tapwise.draw.maps import output_map as output_map
from tapwise.draw.parity import parity as parity
from tapwise.draw.placement import placement as placement
from tapwise.draw.sliding import animation as animation
from tapwise.draw.sliding import contact_sheet as contact_sheet
from tapwise.draw.sliding import sliding as sliding
from tapwise.draw.strips import strips as strips
from tapwise.draw.windows import windows as windows
from tapwise.draw.worked import worked_example as worked_example

__all__ = [
    "Drawing", "animation", "contact_sheet", "definitions", "equations", "filtered", "gradients", "kernel",
    "output_map", "parity", "placement", "signal", "sliding", "strips", "windows", "worked_example", "zoom",
]  # fmt: skip
