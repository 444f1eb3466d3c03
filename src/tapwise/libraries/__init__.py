"""How other libraries' functions are called: spatial arrays in, an array out, the library imported on demand."""

from tapwise.libraries.library import found as function
from tapwise.libraries.register import available as available
from tapwise.libraries.register import call as call
from tapwise.libraries.register import names as names
from tapwise.libraries.register import version as version

__all__ = ["available", "call", "function", "names", "version"]
