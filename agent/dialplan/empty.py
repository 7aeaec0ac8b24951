"""Keys with nothing behind them, which are taken as if they were not there."""

from __future__ import annotations

from agent.dialplan.document import Document
from agent.dialplan.located import Path, Value


def check_empty(document: Document) -> None:
    """Adds what it finds to the findings of a document in which every value is one that its key may have."""
    _look(document, (), document.value)


def _look(document: Document, path: Path, value: Value) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _look(document, (*path, key), inner)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            _look(document, (*path, at), inner)
    elif value is None and not document.written(path):
        what = (
            f'nothing stands behind "{path[-1]}"; write what belongs there, in quotes if it begins with #, '
            "or leave the key out"
        )
        document.note(path, what, key=True, warning=True)
