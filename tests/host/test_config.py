"""What the agent process is told comes through whole, but for passwords."""

from __future__ import annotations

from pathlib import Path

from agent.host.config import HostConfig
from telephony.config import Trunk

WRITTEN = {
    "name": "carrier",
    "peers": ["192.0.2.0/24"],
    "outbound": {"to": ["+4930"]},
    "registration": {"registrar": "sip:192.0.2.1", "username": "bot", "password": "hunter2"},
}


def test_trunks_are_told_and_their_passwords_are_not() -> None:
    trunk, here = Trunk.model_validate(WRITTEN), Path("here")
    config = HostConfig(here, (0,), {"clinic": here}, here, here, here, here, trunks=(trunk,))
    body = config.to_json()
    assert b"hunter2" not in body
    told = HostConfig.from_json(body)
    assert (told.dialplans, told.trunks[0].outbound, told.trunks[0].peers) == (
        {"clinic": here},
        trunk.outbound,
        trunk.peers,
    )
