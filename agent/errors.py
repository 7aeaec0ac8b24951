"""Every error the agent plane raises on purpose.

::

    AgentError
    ├── ConfigError       offhook.toml or an OFFHOOK_ variable: says where, why and the remedy
    ├── ModelError        a model file: missing, corrupted, not downloadable
    ├── EngineError       an engine failed at work
    │   ├── RecogniserError
    │   ├── LanguageModelError
    │   │   └── ContextFull
    │   ├── VoiceError
    │   ├── EmbeddingError
    │   └── EndpointError
    ├── ToolError         a tool, or where results go, did not do what it was asked for
    │   ├── ToolRefused
    │   └── ToolFailed
    ├── RecordingError    a recording that can't be used
    ├── LedgerError       the latency ledger has nothing, or cannot be read
    └── DialplanError     a dialplan that can't be used: holds every finding, each file:line:column
"""

from __future__ import annotations


class AgentError(Exception):
    """Base of all deliberate errors of this plane."""


class ConfigError(AgentError):
    """A configuration value that cannot be used: names the key, the reason and the remedy."""


class ModelError(AgentError):
    """A model file that is missing, corrupted or cannot be fetched; says what to do."""


class EngineError(AgentError):
    """An engine failed at work; foreign exceptions are translated to these at the border."""


class RecogniserError(EngineError):
    """The speech recogniser failed."""


class LanguageModelError(EngineError):
    """The language model failed or gave garbage."""


class ContextFull(LanguageModelError):
    """The model's context has no room for this request."""


class VoiceError(EngineError):
    """Speech synthesis failed."""


class EmbeddingError(EngineError):
    """The sentence embedder failed."""


class EndpointError(EngineError):
    """The model that hears the end of a turn failed."""


class ToolError(AgentError):
    """A tool did not do what it was asked for."""


class ToolRefused(ToolError):
    """The tool says no. The message is its own short code, such as "taken"."""


class ToolFailed(ToolError):
    """The tool could not be asked, or its answer can't be used; the message holds nothing of the caller's. `sent`: it
    may have been done all the same. `passing`: another try may succeed."""

    def __init__(self, why: str, *, sent: bool = True, passing: bool = True) -> None:
        super().__init__(why)
        self.sent = sent
        self.passing = passing


class RecordingError(AgentError):
    """A recording that can't be used; says why and what to do, not which it is."""


class LedgerError(AgentError):
    """There is no latency ledger to read; says where it was looked for and what makes one."""


class DialplanError(AgentError):
    """A dialplan that cannot be used. `findings` holds one line each, `file:line:column: what, and the remedy`."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings
