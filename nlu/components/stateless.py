"""What components that are not trained share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

if TYPE_CHECKING:
    from typing_extensions import Self


class Stateless(GraphComponent):  # type: ignore[misc]  # Rasa ships no types
    """A component without settings, and with nothing to store."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Rasa's."""
        return cls()
