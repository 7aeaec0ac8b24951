"""offhook.toml and what overrides it: every mistake at once, with its place and its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import Config, load, private_network
from agent.errors import AgentError, ConfigError
from agent.serve.serving import plan
from telephony.config import LineConfig

GOOD = """
lines = 2

[sip]
port = 5080

[[trunk]]
name = "office"
peers = ["192.0.2.0/24"]

  [trunk.registration]
  registrar = "sip:pbx.example.com"
  username = "bot"
  password = { env = "PBX_PASSWORD" }

[numbers]
"+15550100" = "default"
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "offhook.toml"
    path.write_text(text)
    return path


def findings(path: Path | None, **environment: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, environment)
    return str(caught.value).splitlines()


def test_a_good_file_gives_each_line_its_own_ports_and_secrets_only_to_the_pipe(tmp_path: Path) -> None:
    config = load(write(tmp_path, GOOD), {"PBX_PASSWORD": "hunter2"})
    first, second = (config.line_config(line, {"*": "default"}) for line in (0, 1))
    assert (first.sip.port, second.sip.port) == (5080, 5081)
    assert first.sip.rtp_ports[1] < second.sip.rtp_ports[0]
    assert "hunter2" not in repr(config)
    sent = first.for_worker()
    assert "hunter2" in sent
    assert LineConfig.model_validate_json(sent).trunks[0].registration == config.trunk[0].registration


def test_nothing_given_is_a_working_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    served = plan(None, {}, allow_private_network=False)
    assert served.numbers == {"5550150": "clinic", "*": "clinic"}
    assert served.config.sip.bind == "127.0.0.1"
    assert served.config.trunk == ()


def test_the_private_network_is_let_in_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    trunks = private_network(load(None, {})).trunk
    assert [trunk.name for trunk in trunks] == ["loopback", "private-network"]
    assert "10.0.0.0/8" in {str(peer) for peer in trunks[1].peers}


def test_variables_win_over_the_file_and_switches_over_variables(tmp_path: Path) -> None:
    path = write(tmp_path, "[sip]\nport = 5080\ntcp = true\n")
    environment = {"OFFHOOK_SIP_PORT": "5090", "OFFHOOK_SIP_TCP": "false", "OFFHOOK_AGENT_DIALPLANS": "a.yaml, b.yaml"}
    config = load(path, environment, {"sip.port": 5100})
    assert (config.sip.port, config.sip.tcp) == (5100, False)
    assert config.agent.dialplans == (Path("a.yaml"), Path("b.yaml"))


def test_variables_of_other_commands_are_none_of_its_business(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    assert load(path, {"OFFHOOK_CALL_PASSWORD": "secret", "OFFHOOK_MODELS": "/models"}) == load(path, {})


def test_every_mistake_is_told_at_once_with_its_line_and_what_was_meant(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '[sip]\nprot = 5080\nkeep_alive_s = "often"\n\n[[trunk]]\nname = "a b"\npeers = ["192.0.2.0/33"]\n[limit]\n',
    )
    found = findings(path, OFFHOOK_SIP_PROT="1")
    text = "\n".join(found)
    assert f"{path}:2: sip.prot: no such setting; did you mean port?" in found
    assert f"{path}:3: sip.keep_alive_s:" in text
    assert f"{path}:6: trunk.0.name:" in text
    assert f"{path}:7: trunk.0.peers.0:" in text
    assert f"{path}:8: limit: no such setting; did you mean limits?" in found
    assert "OFFHOOK_SIP_PROT: no such setting; did you mean OFFHOOK_SIP_PORT?" in found
    assert len(found) == 6


def test_a_doubled_number_is_named_with_both_lines(tmp_path: Path) -> None:
    (found,) = findings(write(tmp_path, '[numbers]\n"100" = "a"\n"101" = "a"\n"100" = "b"\n'))
    assert "Line 4: numbers.100 is already given on line 2" in found


def test_passwords_are_never_shown(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace('{ env = "PBX_PASSWORD" }', "12345"))
    (found,) = findings(path)
    assert "trunk.0.registration.password" in found
    assert "12345" not in found
    assert f"{path}:14:" in found


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{ env = "NO_SUCH" }', "the environment variable NO_SUCH is not set"),
        ('{ file = "/no/such" }', "/no/such cannot be read"),
        ('{ vault = "x" }', 'give a text, { env = "NAME" } or { file = "PATH" }'),
    ],
)
def test_a_password_that_is_not_there_says_where_it_was_looked_for(tmp_path: Path, given: str, said: str) -> None:
    (found,) = findings(write(tmp_path, GOOD.replace('{ env = "PBX_PASSWORD" }', given)))
    assert said in found


def test_a_password_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n")
    config = load(write(tmp_path, GOOD.replace('{ env = "PBX_PASSWORD" }', f'{{ file = "{secret}" }}')), {})
    registration = config.trunk[0].registration
    assert registration is not None
    assert registration.password.get_secret_value() == "hunter2"


@pytest.mark.parametrize("text", ["[sip\n", "port 5080\n", "a = \n"])
def test_a_file_that_is_not_toml_says_the_line(tmp_path: Path, text: str) -> None:
    (found,) = findings(write(tmp_path, text))
    assert "is not TOML" in found
    assert "line 1" in found


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (found,) = findings(tmp_path / "nowhere.toml")
    assert "nowhere.toml: cannot be read" in found


def test_a_bot_that_rehearses_has_no_trunk(tmp_path: Path) -> None:
    (found,) = findings(write(tmp_path, GOOD), PBX_PASSWORD="x", OFFHOOK_AGENT_REHEARSES="true")
    assert found == (
        "OFFHOOK_AGENT_REHEARSES: a bot that rehearses does nothing for its callers; remove it, or the trunks"
    )


def test_contradictions_are_told(tmp_path: Path) -> None:
    text = GOOD.replace("lines = 2", "lines = 1").replace('username = "bot"', 'username = "bot"\n  line = 3')
    found = findings(write(tmp_path, text + '\n[[trunk]]\nname = "office"\n'), PBX_PASSWORD="x")
    assert any("two trunks are called 'office'" in line for line in found)
    assert any("registers on line 3, but there are 1" in line for line in found)


def test_a_number_of_an_unknown_dialplan_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, '[numbers]\n"100" = "defualt"\n')
    with pytest.raises(AgentError, match="no dialplan is called defualt; known are clinic"):
        plan(path, {}, allow_private_network=False)


def test_config_has_no_field_that_the_line_does_not_know() -> None:
    assert set(Config.model_fields) == {"sip", "limits", "trunk", "numbers", "agent", "lines"}


def test_a_trunk_at_which_no_call_can_be_placed_is_told(tmp_path: Path) -> None:
    trunk = '[[trunk]]\nname = "pbx"\npeers = ["192.0.2.0/24"]\n[trunk.outbound]\nto = ["555"]\n'
    nowhere, no_room = findings(write(tmp_path, trunk + "[limits]\nconversations = 1\n"))
    assert nowhere.endswith("trunk 'pbx' allows calls and has no address to call; write dial_at, or remove outbound")
    assert no_room.endswith("write conversations = 2 under [limits], or remove outbound")


def test_a_begin_that_no_number_has_is_told(tmp_path: Path) -> None:
    trunk = '[[trunk]]\nname = "pbx"\ndial_at = "192.0.2.1"\n{code}[trunk.outbound]\nto = {to}\nnever = {never}\n'

    def told(to: str, never: str, code: str = 'country_code = "49"\n') -> list[str]:
        text = trunk.format(code=code, to=to, never=never)
        try:
            load(write(tmp_path, text), {})
        except ConfigError as error:
            return str(error).splitlines()
        return []

    assert told('["+4930", "20", "555"]', '["+4930900"]') == []
    assert told('["030"]', '["0900"]', code="") == []
    local, dear, doubled = told('["030", "+49"]', '["0900", "+490900"]')
    assert local.endswith(
        "trunk 'pbx' has '030' under outbound.to, with which no number begins there, for it has a country_code; write "
        "numbers as they are compared: '+4930' and what follows"
    )
    assert "'0900' under outbound.never" in dear
    assert "'+49900' and what follows" in dear
    assert "'+490900' under outbound.never" in doubled


def test_nobody_may_be_called_unless_numbers_are_named(tmp_path: Path) -> None:
    good = load(write(tmp_path, '[[trunk]]\nname = "pbx"\npeers = ["192.0.2.0/24"]\n'), {})
    assert good.trunk[0].outbound is None
    (nobody,) = findings(write(tmp_path, '[[trunk]]\nname = "pbx"\ndial_at = "x"\n[trunk.outbound]\nto = []\n'))
    assert "trunk.0.outbound.to" in nobody
    not_a_begin, *_ = findings(
        write(tmp_path, '[[trunk]]\nname = "pbx"\ndial_at = "x"\n[trunk.outbound]\nto = ["*"]\n')
    )
    assert "outbound.to" in not_a_begin
