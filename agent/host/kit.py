"""What the calls of one dialplan share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agent.engines.contract import LanguageModel, RecogniserEngine, TurnModel
from agent.host.errands import NoResults, NoTools, Results, Tools
from agent.host.mouth import Prompts, Speech
from agent.host.presence import Presence
from agent.listen.backchannel import Judge
from agent.listen.closed import Closed
from agent.listen.ends import Ends
from agent.listen.misheard import Misheard
from agent.listen.short_answer import Answer
from agent.listen.spotted import Spot
from agent.reply.responder import Responder
from agent.speak.acknowledge import Share
from agent.speak.first_sound import FirstSound
from agent.speak.speaker import SpeechPiece
from agent.speak.strong import StrongModel
from agent.turn.table import Table


@dataclass(frozen=True, slots=True)
class Kit:
    """Engines, answers and sounds. `murmurs` are by their texts; `judge` tells what no phrase book has, `spot` hears a
    word or two again, and so do `answers` what answers a yes/no question and `closed` what answers a slot."""

    responder: Responder
    recogniser: RecogniserEngine
    model: LanguageModel
    speech: Speech
    prompts: Prompts
    table: Table
    messages_dir: Path
    tools: Tools = field(default_factory=NoTools)
    results: Results = field(default_factory=NoResults)
    log_transcripts: bool = False
    first_sound: FirstSound = field(default_factory=FirstSound)
    share: Share = field(default_factory=Share)
    presence: Presence = field(default_factory=Presence)
    turn_model: TurnModel | None = None
    judge: Judge | None = None
    spot: Spot | None = None
    answers: Answer | None = None
    closed: Closed | None = None
    ends: Ends = field(default_factory=Ends)
    misheard: Misheard = field(default_factory=Misheard)
    murmurs: Mapping[str, SpeechPiece] = field(default_factory=dict)
    strong: StrongModel | None = None  # that the dialplan names
    music: SpeechPiece | None = None  # for callers who wait for somebody else, as a loop
