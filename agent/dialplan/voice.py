"""Whether there is such a voice."""

from __future__ import annotations

from agent.dialplan.document import Document
from agent.dialplan.suggestion import suggestion
from agent.models.manifest import Kind
from agent.models.store import ModelStore


def check_voice(document: Document, voice: str) -> None:
    """Adds to the findings where the voice is none that comes with offhook and none that is installed here."""
    store = ModelStore()
    known = [name for name, model in store.manifest.models.items() if model.kind is Kind.VOICE]
    if voice not in (*known, *store.names()):
        remedy = suggestion(voice, known) or f"; known are {', '.join(known)}"
        what = f'"{voice}" is no voice of offhook\'s, and none that was added to this machine{remedy}'
        document.note(("voice",), what, warning=True)
