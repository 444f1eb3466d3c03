"""What each outside function does, by its name: pure data, standard library only."""

from tapwise.catalogue.entry import Entry as Entry
from tapwise.catalogue.register import entry as entry
from tapwise.catalogue.register import meaning as meaning
from tapwise.catalogue.register import names as names

__all__ = ["Entry", "entry", "meaning", "names"]
