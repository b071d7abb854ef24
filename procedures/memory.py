"""Memory that is no longer used goes back to the system."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """To be called after something large was made: what making it took is kept by the C library otherwise, some 100 MB.

    Takes some ms. Does nothing where the C library is not GNU's.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
