"""Recordings in place of the voice: what is wrong with their files, and with the texts that they are to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from agent.dialplan.document import Document
from agent.dialplan.suggestion import suggestion
from agent.errors import RecordingError
from agent.speak.recording import recording

RECORDINGS = "recordings"
MOST_RECORDINGS = 500
SoundFile = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]

_SAID_ANYWAY = "; the voice says it meanwhile"


def check_recordings(
    document: Document, files: Mapping[str, str], said: Iterable[str], place: Callable[[str], Path]
) -> None:
    """Adds what it finds to the document's findings, all of it warnings: where a recording can't be used, the voice
    says the text. `said`: every text that is said word for word."""
    texts, first = list(said), dict[str, str]()
    for file, text in files.items():
        here = (RECORDINGS, file)
        if first.setdefault(text, file) != file:
            line = document.line((RECORDINGS, first[text]), here)
            document.note(here, f"this text is recorded in line {line} already; remove one", key=True, warning=True)
        if text not in texts:
            near = suggestion(text, texts) or "; copy one, letter by letter"
            what = f"nothing that is always said in the same words is this text, so it is never played{near}"
            document.note(here, what, warning=True)
        _look(document, file, place(file))


def _look(document: Document, file: str, path: Path) -> None:
    here = (RECORDINGS, file)
    try:
        found = recording(path)
    except RecordingError as error:
        document.note(here, f'"{file}" {error}{_SAID_ANYWAY}', key=True, warning=True)
        return
    if found.quiet:
        what = f'"{file}" is so quiet ({found.loudness:.0f} LUFS) that its noise will be heard; record it louder'
        document.note(here, what, key=True, warning=True)
