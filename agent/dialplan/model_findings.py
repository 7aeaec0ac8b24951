"""What is wrong with the strong model of a dialplan, and what of callers leaves the machine for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agent.dialplan.document import Document
from agent.dialplan.located import Path, Value
from agent.dialplan.models import Worded
from agent.dialplan.remote_findings import check_address, check_secret, host_of, is_near

_HERE: Path = ("model", "strong")
_CHAT = "/chat/completions"


def check_models(document: Document, models: Value, topics: Iterable[tuple[Path, Mapping[str, Value]]]) -> None:
    """Adds what it finds to the document's findings. `topics`: with their places."""
    strong = models.get("strong") if isinstance(models, dict) else None
    worded = [path for path, topic in topics if topic.get("worded") == Worded.STRONG]
    if not isinstance(strong, dict):
        for path in worded:
            what = 'no strong model is named; write "model" with "strong" in it, or leave this out'
            document.note((*path, "worded"), what)
        return
    if not worded:
        what = 'it words nothing; write "worded: strong" at the answers that it is able to word, or remove this'
        document.note(_HERE, what, key=True, warning=True)
    given = [key for key in ("url", "gguf") if strong.get(key) is not None]
    if not given:
        document.note(_HERE, 'no model is named; write "url" and an address, or "gguf" and an installed model')
    if len(given) > 1:
        document.note((*_HERE, "gguf"), '"url" is the model already; leave out the one or the other', key=True)
    if "url" in given:
        _address(document, strong)
    elif given:
        _file(document, strong)


def _address(document: Document, strong: Mapping[str, Value]) -> None:
    url, key = strong.get("url"), strong.get("key")
    check_address(document, (*_HERE, "url"), url)
    if key is not None:
        check_secret(document, (*_HERE, "key"), key)
    if strong.get("name") is None:
        document.note(_HERE, 'an address has several models; write "name" and which one is asked')
    if not isinstance(url, str):
        return
    if url.strip().rstrip("/").endswith(_CHAT):
        end = url.strip().rstrip("/").removesuffix(_CHAT)
        document.note((*_HERE, "url"), f'"{_CHAT}" is added by itself; write "{end}"')
    host = host_of(url)
    if host and not is_near(host):
        what = (
            f'what callers ask goes to "{host}" where an answer says "worded: strong"; '
            "see to it that you may send it there, and that callers are told"
        )
        document.note((*_HERE, "url"), what, warning=True)


def _file(document: Document, strong: Mapping[str, Value]) -> None:
    gguf = strong.get("gguf")
    for key in ("name", "key"):
        if strong.get(key) is not None:
            document.note((*_HERE, key), f'"{key}" belongs to an address; leave it out', key=True)
    if isinstance(gguf, str) and "/" in gguf and not gguf.strip().startswith(("/", "~/")):
        document.note((*_HERE, "gguf"), f'"{gguf}" must be a path from "/" or "~/" on; write it in full')
