"""Rasa without TensorFlow: it imports it for components that no model of ours has, which costs 360 MB and ten seconds.

A stand-in takes its place in a process that has not imported it yet. Rasa's modules can be read with it; whoever makes
anything of it, such as a pipeline with DIETClassifier, is told what to do.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

#: It, and what Rasa imports that stands on it.
_NAMES = frozenset(("tensorflow", "keras", "tensorflow_addons", "tensorflow_hub", "tensorflow_text"))


def leave_out() -> None:
    """From now on `import tensorflow` finds the stand-in; does nothing where the real one is there already."""
    if not _NAMES & sys.modules.keys() and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers for all their modules."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        ours = fullname.partition(".")[0] in _NAMES
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True) if ours else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""


class _Absent(type):
    """What a name of TensorFlow stands for: a base of classes, a decorator, a type in a hint; no more."""

    def __getattr__(cls, name: str) -> Any:
        return _absent(name)

    def __call__(cls, *given: Any, **named: Any) -> Any:
        if len(given) == 1 and callable(given[0]) and not named:
            return given[0]
        raise RuntimeError(f"TensorFlow is left out of this process ({__name__}): no model here may use {cls.__name__}")


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        return _absent(name)


def _absent(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Absent(name, (), {})
