"""When Python looks for garbage: seldom while the library is imported, and never again in what that left."""

import contextlib
import gc
from collections.abc import Iterator

# Of half a million objects that imports make hardly one is garbage. By default all of them are looked at time
# and again while they come, and later together with those of the rollouts.
YOUNG_OBJECTS = 1_000_000


@contextlib.contextmanager
def imports() -> Iterator[None]:
    """What is imported in here and stays is never looked at again."""
    usual = gc.get_threshold()
    gc.set_threshold(YOUNG_OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(*usual)
