"""How much memory a process keeps."""

import contextlib
import ctypes
import gc
import linecache

_THRESHOLDS = (700, 2, 3)
"""A client's closed connection is a ring of eighty objects that holds a buffer of 256 KB, of which
the collector knows nothing. At its own thresholds (700, 10, 10) a thousand of them lie about before
they go; at these, a hundred and fifty. With everything else frozen a round is soon over."""

_ARENA_MAX = -8
"""Of `mallopt`: else each thread keeps memory of its own that the others cannot use."""


def settle() -> None:
    """Call when everything is built: keep that out of the collector's way, give the rest back.

    The code and its tables stay for good, so the collector need not look through them again. A
    whole collection comes once there is a quarter more than at the last one: without the second
    one here, a quarter of the frozen. What building took beyond that goes back to the system
    where the C library can do so (glibc; others have no such call).
    """
    linecache.clearcache()  # text of modules that Sanic has read to rewrite them
    gc.collect()
    gc.freeze()
    gc.collect()
    gc.set_threshold(*_THRESHOLDS)
    with contextlib.suppress(AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_ARENA_MAX, 1)
        library.malloc_trim(0)
