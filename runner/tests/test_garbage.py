"""What imports leave is not looked at for garbage, and everything else is."""

import gc
import weakref

import pytest

from hosted_runner import garbage


class Part:
    """Something that can be a part of a ring."""


def ring():
    part = Part()
    part.itself = part
    return part


@pytest.fixture(autouse=True)
def unfrozen():
    yield
    gc.unfreeze()


def test_what_was_made_meanwhile_is_not_looked_at_any_more():
    gc.unfreeze()
    with garbage.imports():
        kept = [ring() for _ in range(1000)]
    assert gc.get_freeze_count() >= len(kept)
    looked_at = {id(one) for one in gc.get_objects()}
    assert not any(id(one) in looked_at for one in kept)


def test_what_was_dropped_meanwhile_is_gone_first():
    with garbage.imports():
        dropped = weakref.ref(ring())
    assert dropped() is None


def test_afterwards_garbage_is_found_as_usual():
    usual = gc.get_threshold()
    with pytest.raises(ImportError), garbage.imports():
        assert gc.get_threshold()[0] > usual[0]
        raise ImportError
    assert gc.get_threshold() == usual
    assert gc.isenabled()
    dropped = weakref.ref(ring())
    gc.collect()
    assert dropped() is None
