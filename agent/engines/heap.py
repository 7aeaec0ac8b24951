"""What glibc's malloc keeps of freed memory: engines allocate by the 100 MB on many threads, and it would stay.

With an arena for each thread, a process that ran four recognisers kept 74 MB of what they had freed; with two arenas
and a trim, 1 MB. Elsewhere than on glibc both functions do nothing.
"""

from __future__ import annotations

import ctypes
import sys

_M_ARENA_MAX = -8


def _glibc() -> ctypes.CDLL | None:
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    return library if library is not None and hasattr(library, "malloc_trim") else None


def few_arenas(count: int = 4) -> None:
    """Let all threads share `count` arenas; to be called before they start."""
    if libc := _glibc():
        libc.mallopt(_M_ARENA_MAX, count)


def trim() -> None:
    """Give freed memory back to the system; about 15 ms, in which other threads' allocations may wait."""
    if libc := _glibc():
        libc.malloc_trim(0)
