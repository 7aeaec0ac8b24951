"""Asterisk's configuration on the test stage: the files of `deploy/asterisk` with this session's addresses.

What is documented is what is run: an address that the documented file no longer tells the reader to change is an
error here.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from .chroot import PeerError
from .ports import RTP_BLOCK, Ports

DEPLOYED = Path(__file__).parents[2] / "deploy" / "asterisk"
EXTRA = Path(__file__).parent / "asterisk_extra"
USERNAME, PASSWORD = "offhook-reg", "interop-secret"
QUALIFY_TIMEOUT_S = 0.5
WRITTEN_BELOW = ("etc", "db", "spool/outgoing", "spool/monitor", "run", "log", "keys", "cache")
PLACES = {"etc": "etc", "varlib": "db", "db": "db", "key": "db", "spool": "spool", "run": "run", "log": "log"}
SHARED = {"mod": "/usr/lib/asterisk/modules", "data": "/usr/share/asterisk", "agi": "/usr/share/asterisk/agi-bin"}
COPIED = ("acl.conf", "features.conf", "indications.conf", "codecs.conf", "musiconhold.conf")
NOT_LOADED = (
    *("chan_sip", "chan_iax2", "chan_skinny", "chan_mgcp", "chan_ooh323", "chan_unistim", "chan_dahdi", "chan_motif"),
    *("chan_console", "chan_oss", "chan_alsa", "chan_phone", "chan_mobile", "pbx_ael", "pbx_lua", "pbx_dundi"),
    *("res_xmpp", "res_snmp", "res_calendar", "res_hep", "app_minivm"),
)


def write(home: Path, inside: Path, system: Path, ports: Ports) -> None:
    """Fill `home`, which Asterisk in the chroot `system` sees as `inside`. Raises PeerError when the documented
    files and this stage have gone apart."""
    for name in WRITTEN_BELOW:
        (home / name).mkdir(parents=True)
    places = {f"ast{key}dir": str(inside / place) for key, place in PLACES.items()}
    shared = {f"ast{key}dir": place for key, place in SHARED.items()}
    directories = "".join(f"{key} => {place}\n" for key, place in (places | shared).items())
    (home / "asterisk.conf").write_text(f"[directories]\n{directories}[options]\nnocolor = yes\n")
    etc = home / "etc"
    unloaded = "".join(f"noload => {name}.so\n" for name in NOT_LOADED)
    (etc / "modules.conf").write_text(f"[modules]\nautoload=yes\n{unloaded}")
    (etc / "logger.conf").write_text(
        "[general]\ndateformat=%F %T.%3q\n[logfiles]\nfull => notice,warning,error,verbose\n"
    )
    for name in COPIED:
        shutil.copy(system / "etc/asterisk" / name, etc / name)
    for name in ("pjsip.conf", "extensions.conf", "rtp.conf"):
        extra = EXTRA / name
        text = on_stage(name, (DEPLOYED / name).read_text(), ports)
        (etc / name).write_text(text + "\n" + (extra.read_text() if extra.exists() else ""))


def on_stage(name: str, text: str, ports: Ports) -> str:
    """The documented file `name` with loopback in place of what it tells the reader to change."""
    changes = {
        "pjsip.conf": {
            "bind=0.0.0.0:5060": f"bind=127.0.0.1:{ports.asterisk}",
            "sip:offhook@192.0.2.20:5060": f"sip:offhook@127.0.0.1:{ports.line0}",
            "sip:offhook@192.0.2.20:5061": f"sip:offhook@127.0.0.1:{ports.line1}",
            "CHANGE-ME": PASSWORD,
            "qualify_frequency=5": f"qualify_timeout={QUALIFY_TIMEOUT_S}\nqualify_frequency=1",
        },
        "extensions.conf": {"OFFHOOK_LINES=offhook ": "OFFHOOK_LINES=offhook,offhook-1 "},
        "rtp.conf": {
            "rtpstart=10000": f"rtpstart={ports.asterisk_rtp}",
            "rtpend=20000": f"rtpend={ports.asterisk_rtp + RTP_BLOCK - 1}",
        },
    }[name]
    for documented, staged in changes.items():
        if documented not in text:
            raise PeerError(f"deploy/asterisk/{name} has no {documented!r} any more: bring `on_stage` up to date")
        text = text.replace(documented, staged)
    return text
