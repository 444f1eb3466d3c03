"""What is meant, before any shape is known: frozen, validated, printable data. Standard library only."""

from tapwise.convention.anchor import Anchor as Anchor
from tapwise.convention.arithmetic import Arithmetic as Arithmetic
from tapwise.convention.boundary import Boundary as Boundary
from tapwise.convention.convention import FIELDS as FIELDS
from tapwise.convention.convention import AxisConvention as AxisConvention
from tapwise.convention.convention import Convention as Convention
from tapwise.convention.size import Size as Size

__all__ = ["FIELDS", "Anchor", "Arithmetic", "AxisConvention", "Boundary", "Convention", "Size"]
