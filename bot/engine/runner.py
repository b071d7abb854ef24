"""Rasa's graph of components, one after the other.

Rasa's own runner hands the graph to dask, which orders it anew at each call: three times a message, and a tenth of a
turn.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

from rasa.engine.runner.dask import DaskGraphRunner


class OrderedRunner(DaskGraphRunner):  # type: ignore[misc]  # Rasa ships no types
    """Orders the components of a target once."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._orders: dict[tuple[str, ...], tuple[str, ...]] = {}

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Rasa's: what the targets put out."""
        wanted = tuple(targets or self._graph_schema.target_names)
        told = {name: (name, value) for name, value in (inputs or {}).items()}
        for name in self._order(wanted):
            needs = self._graph_schema.nodes[name].needs.values()
            # What nobody put in goes by its name alone, as it does with dask.
            told[name] = self._instantiated_nodes[name](*(told.get(need, need) for need in needs))
        return {name: told[name][1] for name in wanted}

    def _order(self, targets: tuple[str, ...]) -> tuple[str, ...]:
        if targets not in self._orders:
            nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
            needed = {name: [need for need in node.needs.values() if need in nodes] for name, node in nodes.items()}
            self._orders[targets] = tuple(TopologicalSorter(needed).static_order())
        return self._orders[targets]
