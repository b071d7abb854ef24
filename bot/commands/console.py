"""What the commands print with. Standard output is for results, standard error for everything else."""

from __future__ import annotations

from rich.console import Console

out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(stderr=True, highlight=False)


def complain(error: Exception) -> None:
    """One line on standard error."""
    err.print(str(error), style="red", markup=False)
