"""The whole examination, in the order in which one thing stands on another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from agent.config import Config, load
from agent.dialplan.load import load as load_dialplan
from agent.doctor import capacity, machine, software, speed
from agent.doctor.finding import Finding, Level, blocking, good
from agent.errors import AgentError, ConfigError, DialplanError
from agent.models.store import ModelStore

_VOICE = "piper-en-us-joe"


def examine(config_path: Path | None, timed: bool = True) -> Iterator[Finding]:
    """Yield findings as they are made. `timed` False leaves the engines alone (a few seconds instead of twenty)."""
    yield machine.processors()
    yield machine.memory()
    yield from software.debian_packages()
    yield from software.python_packages()
    try:
        config = load(config_path)
    except ConfigError as error:
        yield blocking("configuration", str(error), "correct it as said")
        config = Config()
    else:
        yield good("configuration", str(config_path) if config_path else "offhook.toml or the defaults")
    store = ModelStore(config.agent.models_dir)
    voices, findings = _dialplans(config.agent.dialplans)
    yield from findings
    agent = config.agent
    wanted = [agent.recogniser, agent.language_model, *voices, agent.embeddings, agent.turn_model]
    found = list(software.models(store, [name for name in wanted if name]))
    yield from found
    yield from machine.disk(
        {"models": store.root, "prompts": config.agent.prompts_dir, "messages and state": config.agent.data_dir}
    )
    yield from machine.ports(config.sip, config.lines)
    if timed and not any(finding.level is Level.BLOCKING for finding in found):
        yield from _timed(config, store, voices[0])


def _dialplans(paths: tuple[Path, ...]) -> tuple[list[str], list[Finding]]:
    """The voices that dialplans speak with, and a finding for each dialplan."""
    voices: list[str] = []
    findings = []
    for path in paths:
        try:
            plan = load_dialplan(path)
        except DialplanError as error:
            findings.append(blocking(f"dialplan {path.name}", str(error), "correct it as said"))
            continue
        findings.append(good(f"dialplan {path.name}", str(path)))
        if plan.voice not in voices:
            voices.append(plan.voice)
    return voices or [_VOICE], findings


def _timed(config: Config, store: ModelStore, voice: str) -> Iterator[Finding]:
    model = config.agent.language_model
    try:
        paths = speed.Paths(
            recogniser=store.path(config.agent.recogniser),
            voice=store.path(voice),
            embeddings=store.path(config.agent.embeddings),
            language_model=store.path(model) if model else None,
        )
        measured = speed.measure(paths, config.agent.threads)
    except AgentError as error:
        yield blocking("engines", str(error), "offhook models verify, then fetch what differs")
        return
    except TimeoutError:
        yield blocking(
            "engines", "the recogniser did not answer a flush within 10 s", "free this machine of other work"
        )
        return
    # The engines were loaded here, so what is available now is what calls may use.
    yield from capacity.explain(measured, capacity.capacity(measured, machine.cores(), machine.memory_available()))
