"""The explorer: one page in a browser that shows every product of the user's own numbers, without any network.

Examples
--------
>>> import tapwise
>>> path = tapwise.explorer.save("page.html", [2, 1, 3, 5, 4], [1, 2, 0], size="same")  # doctest: +SKIP
"""

from tapwise.explorer.building import page as page
from tapwise.explorer.building import save as save
from tapwise.explorer.notebook import widget as widget

__all__ = ["page", "save", "widget"]
