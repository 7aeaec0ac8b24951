"""offhook.toml: what is in it, where it comes from, and every mistake in it at once.

Order of precedence, strongest first: switches of `offhook serve`, `OFFHOOK_SECTION_KEY` variables, offhook.toml,
defaults. `[sip]`, `[limits]`, `[[trunk]]` and `[numbers]` are the line's (`telephony.config`), `[agent]` is ours.
A password is given as text, as `{ env = "NAME" }` or as `{ file = "PATH" }`, and never logged.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from agent.config_source import Source, resolve_passwords
from agent.errors import ConfigError
from telephony.call.number import normalise
from telephony.call.slots import OUTBOUND_NEEDS
from telephony.config import Limits, LineConfig, Section, Sip, Trunk

LOOPBACK_ONLY = "127.0.0.1"
LOOPBACK = ("127.0.0.0/8", "::1/128")
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
_DIALPLANS = Path(__file__).resolve().parent.parent / "dialplans"
DEFAULT_DIALPLAN = _DIALPLANS / "clinic.yaml"
WORKSHOP = _DIALPLANS / "workshop.yaml"  # plain questions and answers, which benches, fits and tests ask


def _home(variable: str, default: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / default) / "offhook"


class AgentSettings(Section):
    """The conversation's side of the configuration."""

    dialplans: tuple[Path, ...] = (DEFAULT_DIALPLAN,)
    data_dir: Path = Field(default_factory=lambda: _home("XDG_DATA_HOME", ".local/share"))
    run_dir: Path | None = None  # None: "run" under data_dir
    prompts_dir: Path = Field(default_factory=lambda: _home("XDG_CACHE_HOME", ".cache") / "prompts")
    models_dir: Path | None = None  # None: where `offhook models fetch` puts them
    recogniser: str = "vosk-small-en-us"
    language_model: str = "smollm2-135m"  # "" for none: small talk gets stock answers
    embeddings: str = "minilm-l6"
    turn_model: str = "smart-turn"  # "" for none: only the words tell when a caller is done
    threads: Annotated[int, Field(ge=1, le=64)] = 2  # of each engine
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_transcripts: bool = False
    rehearses: bool = False  # calls are tests of the dialplans: nothing is done for a caller, and nobody dialled


class Config(Section):
    """All of offhook.toml."""

    sip: Sip = Sip()
    limits: Limits = Limits()
    trunk: tuple[Trunk, ...] = ()
    numbers: Mapping[str, str] = Field(
        default_factory=dict
    )  # called number -> dialplan, by its file's name without ".yaml"; "*" catches all
    agent: AgentSettings = Field(default_factory=AgentSettings)
    lines: Annotated[int, Field(ge=1, le=16)] = 1  # line processes, on successive ports

    @property
    def run_dir(self) -> Path:
        """Where the sockets are."""
        return self.agent.run_dir or self.agent.data_dir / "run"

    @property
    def messages_dir(self) -> Path:
        """Where callers' messages go."""
        return self.agent.data_dir / "messages"

    @property
    def history_dir(self) -> Path:
        """Where the good versions of dialplans are kept."""
        return self.agent.data_dir / "dialplans"

    def line_config(self, line: int, numbers: Mapping[str, str]) -> LineConfig:
        """The configuration of one line process; `numbers` is the whole number table."""
        port = self.sip.port + line if self.sip.port else 0
        return LineConfig(
            line=line,
            run_dir=self.run_dir,
            sip=self.sip.model_copy(update={"port": port, "rtp_ports": self._rtp_ports(line)}),
            limits=self.limits,
            trunks=self.trunk,
            numbers=dict(numbers),
            log_level=self.agent.log_level,
        )

    def _rtp_ports(self, line: int) -> tuple[int, int]:
        """Each line's own share of the range."""
        first, last = self.sip.rtp_ports
        share = (last - first + 1) // self.lines // 2 * 2
        return first + line * share, first + line * share + share - 1


def load(
    path: Path | None, environment: Mapping[str, str] | None = None, switches: Mapping[str, Any] | None = None
) -> Config:
    """Read the configuration. `path` None: ./offhook.toml if there is one, else defaults. `switches` are values by
    dotted key ("sip.port") that win over everything. Raises ConfigError with every finding, a line each."""
    source = Source.read(path)
    findings = source.apply_environment(os.environ if environment is None else environment, Config)
    for key, value in (switches or {}).items():
        source.put(key, value, "switch")
    findings += resolve_passwords(source, os.environ if environment is None else environment)
    try:
        config = Config.model_validate(source.values)
    except ValidationError as error:
        raise ConfigError("\n".join(findings + source.explain(error, Config))) from None
    findings += _contradictions(config, source)
    if findings:
        raise ConfigError("\n".join(findings))
    return config


def _contradictions(config: Config, source: Source) -> list[str]:
    findings = []
    names = [trunk.name for trunk in config.trunk]
    for name in sorted({name for name in names if names.count(name) > 1}):
        findings.append(f"{source.where('trunk')}: two trunks are called {name!r}; give each its own name")
    if config.agent.rehearses and config.trunk:
        where = source.where("agent.rehearses")
        findings.append(f"{where}: a bot that rehearses does nothing for its callers; remove it, or the trunks")
    for trunk in config.trunk:
        if trunk.registration and trunk.registration.line >= config.lines:
            findings.append(
                f"{source.where('trunk')}: trunk {trunk.name!r} registers on line {trunk.registration.line}, "
                f"but there are {config.lines} (lines count from 0)"
            )
        findings += [f"{source.where('trunk')}: {what}" for what in _outbound(config, trunk)]
    first, last = config.sip.rtp_ports
    if last < first:
        findings.append(f"{source.where('sip.rtp_ports')}: {first}-{last} is reversed; write the lower port first")
    elif last - first + 1 < 8 * config.lines:
        findings.append(
            f"{source.where('sip.rtp_ports')}: {first}-{last} is too small for {config.lines} lines; each needs 8 ports"
        )
    return findings


def _outbound(config: Config, trunk: Trunk) -> Iterator[str]:
    """Why no call can be placed at a trunk that allows some."""
    if trunk.outbound is None:
        return
    if not trunk.dial_at and trunk.registration is None:
        yield f"trunk {trunk.name!r} allows calls and has no address to call; write dial_at, or remove outbound"
    if config.limits.conversations < OUTBOUND_NEEDS:
        yield (
            f"trunk {trunk.name!r} allows calls, but one is placed only where a caller has room beside it; write "
            f"conversations = {OUTBOUND_NEEDS} under [limits], or remove outbound"
        )
    for key, begins in (("to", trunk.outbound.to), ("never", trunk.outbound.never)):
        for begin in begins:
            compared = normalise(begin, trunk)
            if compared != begin:
                yield (
                    f"trunk {trunk.name!r} has {begin!r} under outbound.{key}, with which no number begins there, for "
                    f"it has a country_code; write numbers as they are compared: {compared!r} and what follows"
                )


def private_network(config: Config) -> Config:
    """The configuration with the private address ranges let in, on all interfaces."""
    trunks = (
        *config.trunk,
        Trunk.model_validate({"name": "private-network", "peers": PRIVATE}),
    )
    if not any(trunk.name == "loopback" for trunk in trunks):
        trunks = (Trunk.model_validate({"name": "loopback", "peers": LOOPBACK}), *trunks)
    return config.model_copy(update={"trunk": trunks})
