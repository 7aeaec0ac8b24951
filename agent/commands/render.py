"""`offhook dialplan render`: every text that is said word for word becomes sound before the first call."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.bot import told
from agent.commands.serve import ConfigFile

if TYPE_CHECKING:
    from agent.dialplan.schema import Dialplan
    from agent.speak.library import PromptLibrary
    from agent.speak.stocktaking import Prompt, Stock


def render(
    file: Annotated[Path, typer.Argument(help="A dialplan file (YAML).")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove prompts that neither this file nor one of offhook.toml says.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Render what a dialplan says word for word, where `offhook serve` looks for it, and say how even the loudness is.
    Recordings are taken in the voice's place. Nothing that is there is rendered again."""
    from agent.config import load as load_config
    from agent.dialplan.load import load
    from agent.speak.stocktaking import stocktaking, used_by

    with told():
        plan, settings = load(file), load_config(config).agent
        serving = [(load(other), other.parent) for other in settings.dialplans]
        shelves = _Shelves(settings.prompts_dir, settings.models_dir, settings.threads)
        library, texts = shelves.library(plan, file.parent), plan.stock_texts()
        others = [(shelves.library(other, folder), other.stock_texts()) for other, folder in serving]
        used = used_by([(library, texts), *others])
        stock = stocktaking(library, texts, used)
        _tell(file, plan, stock, dry_run)
        if not dry_run:
            if stock.new:
                asyncio.run(_render(library, stock.new))
            if prune:
                _prune(library, stock.orphaned)
            stock = stocktaking(library, texts)
            _loudness(stock.kept)


class _Shelves:
    """The libraries of dialplans, each voice loaded once."""

    def __init__(self, prompts: Path, models: Path | None, threads: int) -> None:
        self._prompts, self._models, self._threads = prompts, models, threads
        self._voices: dict[str, PromptLibrary] = {}

    def library(self, plan: Dialplan, folder: Path) -> PromptLibrary:
        """Where a dialplan's prompts are. Raises ModelError."""
        from agent.engines.piper import PiperEngine
        from agent.models.store import ModelStore
        from agent.speak.library import PromptLibrary
        from agent.speak.recording import recordings

        if plan.voice not in self._voices:
            voice = PiperEngine.load(ModelStore(self._models).path(plan.voice), threads=self._threads)
            self._voices[plan.voice] = PromptLibrary(self._prompts, voice)
        return self._voices[plan.voice].with_recordings(recordings(plan.recordings, folder))


async def _render(library: PromptLibrary, texts: Sequence[str]) -> None:
    """With a bar on a terminal. Raises VoiceError and RecordingError; what was rendered before is kept."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("rendering"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(texts))
        await library.render(texts, lambda done, total: bar.update(task, completed=done, total=total))


def _prune(library: PromptLibrary, orphaned: Sequence[Prompt]) -> None:
    removed = 0
    for one in orphaned:
        try:
            library.remove(one.id)
            removed += 1
        except OSError as error:
            typer.echo(f'"{one.text}" can\'t be removed: {error.strerror}', err=True)
    typer.echo(f"removed: {removed}")


def _tell(file: Path, plan: Dialplan, stock: Stock, dry_run: bool) -> None:
    """What there is to do, as lines."""
    from textwrap import shorten

    typer.echo(f"{file}: {len(stock.new) + len(stock.kept)} texts, voice {plan.voice}")
    typer.echo(_line("new", len(stock.new), stock.new_bytes, stock.new_seconds, "about "))
    for what, prompts in (("kept", stock.kept), ("orphaned", stock.orphaned)):
        size, seconds = sum(one.bytes for one in prompts), sum(one.seconds for one in prompts)
        typer.echo(_line(what, len(prompts), size, seconds))
    if dry_run:
        for what, texts in (("new", stock.new), ("orphaned", [one.text for one in stock.orphaned])):
            for text in texts:
                typer.echo(f"{what}: {shorten(text, 100)}")


def _line(what: str, count: int, size: int, seconds: float, about: str = "") -> str:
    return f"  {what:9}{count:5}{about + f'{seconds:.0f} s':>14}{about + f'{size / 1e6:.1f} MB':>16}"


def _loudness(prompts: Sequence[Prompt]) -> None:
    """Says which prompts are not as loud as the others."""
    from agent.engines.lufs import TARGET_LUFS
    from agent.speak.stocktaking import EVEN_LU

    uneven = sorted((one for one in prompts if not one.even), key=lambda one: one.loudness)
    even = len(prompts) - len(uneven)
    typer.echo(f"loudness: {even} of {len(prompts)} within {EVEN_LU:g} LU of {TARGET_LUFS:g} LUFS (ITU-R BS.1770)")
    for one in uneven:
        typer.echo(f"  {one.loudness:6.1f} LUFS  {one.text}")
