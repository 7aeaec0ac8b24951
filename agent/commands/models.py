"""`offhook models`: list, fetch, verify and add the models that the engines run on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from agent.errors import ModelError
from agent.models.fetch import Fetcher
from agent.models.manifest import Kind
from agent.models.progress import shown_on_terminal
from agent.models.store import ModelStore

app = typer.Typer(help="The models that recognise, think and speak: what there is, and what is installed.")

_Root = Annotated[
    Path | None,
    typer.Option("--models-dir", envvar="OFFHOOK_MODELS", help="Where models are installed.", show_envvar=True),
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.command("list")
def list_models(root: _Root = None, as_json: _Json = False) -> None:
    """Show every model of the manifest and the admin's own: kind, licence, size, source, and whether it is here."""
    store = ModelStore(root)
    rows = [_row(store, name) for name in [*store.manifest.models, *_own(store)]]
    if as_json:
        typer.echo(json.dumps(rows, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    typer.echo(f"Models in {store.root}")
    table = Table(box=None, pad_edge=False)
    for column in ("name", "kind", "language", "licence", "size", "state"):
        whole = column in {"name", "kind", "size"}
        table.add_column(column, justify="right" if column == "size" else "left", no_wrap=whole, overflow="fold")
    for row in rows:
        table.add_row(
            *(str(row[key]) for key in ("name", "kind", "language", "licence")), _size(row), str(row["state"])
        )
    Console().print(table)


@app.command()
def fetch(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models to install; the defaults where none is named.")
    ] = None,
    root: _Root = None,
) -> None:
    """Download, verify and install models. Unfinished downloads are taken up where they stopped."""
    store = ModelStore(root)
    failed = []
    with shown_on_terminal() as progress:
        for name in names or store.manifest.defaults:
            try:
                fetched = Fetcher(store, progress).fetch(name)
                progress.note(f"{name}: {'installed' if fetched else 'already there'} ({_origin(store, name)})")
            except ModelError as error:
                failed.append(str(error))
    _fail(failed)


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="Models to read; all installed ones by default.")] = None,
    root: _Root = None,
) -> None:
    """Read every installed file and compare its checksum with what was installed. Exit code 1 on a difference."""
    store = ModelStore(root)
    failed = []
    for name in names or store.names():
        try:
            findings = store.verify(name)
        except ModelError as error:
            findings = [str(error)]
        else:
            findings = [f"{name}: {finding}. To repair it: {store.remedy(name)}" for finding in findings]
        failed += findings
        if not findings:
            typer.echo(f"{name}: intact")
    if not (names or store.names()):
        typer.echo(f"no model is installed in {store.root}. To install the defaults: offhook models fetch")
    _fail(failed)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What to call it, in small letters.")],
    path: Annotated[Path, typer.Option("--path", help="A GGUF file, or the directory of a Vosk or Piper model.")],
    kind: Annotated[Kind | None, typer.Option("--kind", help="Where it cannot be told from the files.")] = None,
    root: _Root = None,
) -> None:
    """Register a model of your own. It stays where it is; its checksums are recorded now."""
    try:
        with shown_on_terminal() as progress:
            receipt = Fetcher(ModelStore(root), progress).add(name, path, kind)
    except ModelError as error:
        _fail([str(error)])
    else:
        typer.echo(f"{name}: {receipt.kind} of {len(receipt.files)} file(s) in {receipt.base}")


def _own(store: ModelStore) -> list[str]:
    return [name for name in store.names() if name not in store.manifest.models]


def _row(store: ModelStore, name: str) -> dict[str, object]:
    receipt = store.installed(name)
    entry = store.manifest.models.get(name)
    installed = sum(file.size for file in receipt.files.values()) if receipt else 0
    return {
        "name": name,
        "kind": receipt.kind if receipt and receipt.kind else str(entry.kind) if entry else "",
        "title": entry.title if entry else "",
        "language": entry.language if entry else "",
        "licence": entry.licence if entry else "your own",
        "size": entry.size if entry else installed,
        "default": bool(entry and entry.default),
        "unverified": bool(entry and entry.unverified),
        "sources": [{"from": one.label, "unverified": one.unverified} for one in (entry.sources if entry else ())],
        "installed": receipt is not None,
        "source": receipt.source if receipt else "",
        "state": _state(store, name),
    }


def _state(store: ModelStore, name: str) -> str:
    receipt = store.installed(name)
    entry = store.manifest.models.get(name)
    if receipt is None:
        mark = ", unverified address" if entry and entry.unverified else ""
        return ("default, not installed" if entry and entry.default else "not installed") + mark
    try:
        store.path(name)
    except ModelError as error:
        return f"DAMAGED: {error}"
    return "installed" + (", checksum recorded at first download" if receipt.believed else "")


def _origin(store: ModelStore, name: str) -> str:
    receipt = store.installed(name)
    return receipt.source if receipt else ""


def _size(row: dict[str, object]) -> str:
    megabytes = int(str(row["size"])) / 1e6
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:.0f} MB"


def _fail(messages: list[str]) -> None:
    for message in messages:
        typer.echo(f"error: {message}", err=True)
    if messages:
        raise typer.Exit(1)
