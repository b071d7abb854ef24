"""The stand-in for TensorFlow: enough to read Rasa's modules, and a clear word to whoever needs the real one."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator

import pytest

from bot.engine import without_tensorflow


@pytest.fixture(autouse=True)
def none_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a process that has imported nothing of it."""
    before = {name: module for name, module in sys.modules.items() if _ours(name)}
    for name in before:
        del sys.modules[name]
    kept = [finder for finder in sys.meta_path if not isinstance(finder, without_tensorflow._Finder)]
    monkeypatch.setattr(sys, "meta_path", kept)
    yield
    for name in [name for name in sys.modules if _ours(name)]:
        del sys.modules[name]
    sys.modules.update(before)


def _ours(name: str) -> bool:
    return name.partition(".")[0] in without_tensorflow._NAMES


def test_given_the_stand_in_when_rasas_way_of_using_it_is_followed_then_modules_can_be_read() -> None:
    without_tensorflow.leave_out()
    keras = importlib.import_module("tensorflow.keras.layers")
    tf = importlib.import_module("tensorflow")

    class Layer(keras.Dense):
        @tf.function
        def call(self, value: tf.Tensor) -> int:
            return 3

    assert Layer.__mro__[1] is not object
    assert Layer.call(None, 1) == 3


def test_given_a_component_that_needs_it_when_it_is_made_then_it_says_what_is_missing() -> None:
    without_tensorflow.leave_out()
    with pytest.raises(RuntimeError, match="left out of this process"):
        importlib.import_module("tensorflow").constant([1])


def test_given_the_real_one_when_it_was_there_first_then_it_stays() -> None:
    real = sys.modules["tensorflow"] = type(sys)("tensorflow")
    without_tensorflow.leave_out()
    assert importlib.import_module("tensorflow") is real
    assert not any(isinstance(finder, without_tensorflow._Finder) for finder in sys.meta_path)


def test_given_it_twice_when_left_out_then_there_is_one_stand_in() -> None:
    for _ in range(2):
        without_tensorflow.leave_out()
    assert sum(isinstance(finder, without_tensorflow._Finder) for finder in sys.meta_path) == 1
