"""What the agent answers by when a dialplan file is bad at its start: the version that was good last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import structlog

from agent.dialplan.history import History, latest
from agent.dialplan.load import load
from agent.dialplan.schema import Dialplan
from agent.errors import DialplanError
from agent.host.edition import Edition

log = structlog.get_logger()


class LastGood:
    """Of the dialplans in `files` (name -> file), kept under `directory`; blocking."""

    def __init__(self, directory: Path, files: Mapping[str, Path]) -> None:
        self._directory = directory
        self._files = files

    def keep(self, edition: Edition) -> None:
        """New calls are answered by the good dialplans of an edition."""
        now = datetime.now(UTC)
        texts = {file: text for name in edition.plans for file, text in edition.texts[name].items()}
        for file, text in texts.items():
            if not text:
                continue  # it changed all the time while it was read
            try:
                History(self._directory, file).keep(text, now)
            except OSError as error:
                log.error("a dialplan's version is not kept", file=str(file), reason=str(error))

    def complete(self, edition: Edition) -> dict[str, Dialplan]:
        """The dialplans of an edition, and for each bad file the version that was good last. Raises DialplanError when
        there is none."""
        return {name: edition.plans.get(name) or self._last(name, edition) for name in self._files}

    def _last(self, name: str, edition: Edition) -> Dialplan:
        file = self._files[name]
        version = latest(History(self._directory, file).versions())
        if version is None:
            raise DialplanError(list(edition.errors))
        try:
            return load(version.path, lambda named: self._kept(file.parent / named))
        except DialplanError:  # of another release of offhook, which knew other keys
            raise DialplanError(list(edition.errors)) from None

    def _kept(self, file: Path) -> Path:
        """The last good version of a file that it names; the file itself where none was kept, as of a recording."""
        version = latest(History(self._directory, file).versions())
        return version.path if version is not None else file
