"""Transfers on the wire: the peer is the caller, the trunk, and the target, as it is behind a PBX."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import numpy as np
import pytest

from telephony.errors import CallFailed
from telephony.messages import (
    CancelTransfer,
    EndedBy,
    Finished,
    Say,
    Started,
    Stock,
    Transfer,
    TransferFailed,
    Transferred,
    TransferRinging,
)
from telephony.testing.call import Call
from telephony.testing.referee import Referee, target_of
from telephony.testing.sip import Request
from telephony.testing.user_agent import UserAgent
from telephony.transfers import Failure, How
from tests.telephony.line_process import PATIENCE_S, LineProcess, TestAgent, tone, until

LOUD = 500


@dataclass
class Scene:
    """A caller who is with the bot, which plays a tone to them."""

    line: LineProcess
    agent: TestAgent
    trunk: UserAgent
    caller: Call
    name: str
    invites: list[Request]

    def transfer(self, **order: object) -> None:
        self.agent.control.send(Transfer(self.name, **({"to": "200"} | order)))  # type: ignore[arg-type]

    async def failed(self) -> TransferFailed:
        return await self.agent.expect(TransferFailed)

    async def still_with_the_bot(self) -> None:
        """The caller hears the bot, the bot the caller, and there is no second leg."""
        await asyncio.sleep(0.3)
        assert not self.caller.over
        before = len(self.agent.heard)
        assert np.abs(self.caller.recording.bot[-3200:]).max() > LOUD
        await until(lambda: len(self.agent.heard) > before + 5)
        await until(lambda: self.trunk.calls == [self.caller], what=lambda: f"legs left over: {self.trunk.calls}")

    async def nobody_is_left(self) -> None:
        await until(lambda: not self.trunk.calls, what=lambda: f"legs left over: {self.trunk.calls}")
        await until(lambda: not self.line.report.calls)


async def waits(call: Call) -> None:
    """A target who answers and says nothing."""
    await call.ended(20)


@asynccontextmanager
async def scene(
    line: LineProcess,
    agent: TestAgent,
    *,
    referee: Referee | None = None,
    target: Callable[[Call], Awaitable[None]] = waits,
    rings: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[Scene]:
    invites: list[Request] = []

    async def ring(request: Request) -> None:
        invites.append(request)
        if rings is not None:
            await rings()

    agent.audio.send(Stock("greeting", tone(30.0)))

    def greet(started: Started) -> None:
        agent.audio.send(Say(started.call.call, agent.epoch, 1, 0, stock="greeting", last=True))

    agent.on_start = greet
    async with UserAgent(answer=target, ring=ring, referee=referee or Referee()) as trunk:
        caller = await trunk.call(f"sip:100@127.0.0.1:{line.port}", "5550100")
        started = await agent.expect(Started)
        await caller.bot_speaks(3)
        yield Scene(line, agent, trunk, caller, started.call.call, invites)


def busy(status: int) -> Callable[[], Awaitable[None]]:
    async def refuse() -> None:
        raise CallFailed(status, "as scripted")

    return refuse


async def for_ever() -> None:
    await asyncio.sleep(60)


async def test_consult(line: LineProcess, agent: TestAgent) -> None:
    async with scene(line, agent) as on:
        on.transfer()
        assert (await agent.expect(Transferred)).status == 200
        assert (await agent.expect(Finished)).by is EndedBy.TRANSFERRED
        assert (await on.caller.ended(2)).by == "peer"
        await on.nobody_is_left()
        assert [type(each) for each in agent.messages if isinstance(each, TransferRinging | Transferred)] == [
            TransferRinging,
            Transferred,
        ]
        (invite,), (refer,) = on.invites, on.trunk.referee.referred
        assert invite.uri == f"sip:200@127.0.0.1:{on.trunk.port}"
        assert invite.headers.get("From").startswith("<sip:100@127.0.0.1")
        assert [each.headers.get("X-Offhook-Call") for each in (invite, refer)] == [on.name] * 2
        assert "Replaces=" in refer.headers.get("Refer-To")


async def test_the_caller_hears_the_bot_while_it_rings_and_the_target_is_busy(
    line: LineProcess, agent: TestAgent
) -> None:
    async def rings_and_refuses() -> None:
        await asyncio.sleep(1.0)
        raise CallFailed(486, "Busy Here")

    async with scene(line, agent, rings=rings_and_refuses) as on:
        on.transfer()
        await agent.expect(TransferRinging)
        await asyncio.sleep(0.5)
        assert np.abs(on.caller.recording.bot[-3200:]).max() > LOUD
        failed = await on.failed()
        assert (failed.status, failed.reason, failed.gone) == (486, Failure.BUSY, False)
        await on.still_with_the_bot()
        on.transfer(to="201")  # and may be transferred again
        assert (await agent.expect(TransferFailed, count=2)).reason is Failure.BUSY


async def test_nobody_answers(line: LineProcess, agent: TestAgent) -> None:
    async with scene(line, agent, rings=for_ever) as on:
        on.transfer(ring_s=1.0)
        failed = await on.failed()
        assert (failed.reason, failed.gone) == (Failure.NO_ANSWER, False)
        await until(lambda: any("CANCEL sip" in each for each in on.trunk.trace))
        await on.still_with_the_bot()


async def test_the_caller_hangs_up_while_it_rings(line: LineProcess, agent: TestAgent) -> None:
    async with scene(line, agent, rings=for_ever) as on:
        on.transfer()
        await agent.expect(TransferRinging)
        await on.caller.hang_up()
        failed = await on.failed()
        assert (failed.reason, failed.gone) == (Failure.CALLER_GONE, True)
        assert (await agent.expect(Finished)).by is EndedBy.CALLER
        await until(lambda: any("CANCEL sip" in each for each in on.trunk.trace))
        await on.nobody_is_left()


async def test_the_caller_changes_their_mind(line: LineProcess, agent: TestAgent) -> None:
    async with scene(line, agent, rings=for_ever) as on:
        on.transfer()
        await agent.expect(TransferRinging)
        agent.control.send(CancelTransfer(on.name))
        assert (await on.failed()).reason is Failure.CANCELLED
        await on.still_with_the_bot()


async def test_blind(line: LineProcess, agent: TestAgent) -> None:
    async with scene(line, agent, referee=Referee(reports=(100, 180, 200))) as on:
        on.transfer(how=How.BLIND)
        assert (await agent.expect(Transferred)).status == 200
        assert (await agent.expect(Finished)).by is EndedBy.TRANSFERRED
        await on.nobody_is_left()
        (refer,) = on.trunk.referee.referred
        assert target_of(refer) == f"sip:200@127.0.0.1:{on.trunk.port}"
        assert f"{target_of(refer)}?X-Offhook-Call={on.name}>" in refer.headers.get("Refer-To")
        assert refer.headers.get("X-Offhook-Call") == on.name
        assert not on.invites


async def test_blind_to_nobody(line: LineProcess, agent: TestAgent) -> None:
    async with scene(line, agent, referee=Referee(reports=(100, 404))) as on:
        on.transfer(how=How.BLIND)
        failed = await on.failed()
        assert (failed.status, failed.reason, failed.gone) == (404, Failure.UNKNOWN, False)
        await on.still_with_the_bot()


@pytest.mark.parametrize("then", ["hangs up", "is mute"])
async def test_blind_to_a_busy_phone_loses_the_caller(line: LineProcess, agent: TestAgent, then: str) -> None:
    """The second as Asterisk does it: the leg stays, and nobody is on it."""
    async with scene(line, agent, referee=Referee(reports=(100, 486), then=then)) as on:  # type: ignore[arg-type]
        on.transfer(how=How.BLIND)
        failed = await on.failed()
        assert (failed.status, failed.reason, failed.gone) == (486, Failure.BUSY, True)
        await agent.expect(Finished)
        await on.nobody_is_left()


@pytest.mark.parametrize("how", [How.BLIND, How.CONSULT])
async def test_a_trunk_that_does_no_transfers(line: LineProcess, agent: TestAgent, how: How) -> None:
    async with scene(line, agent, referee=Referee(603)) as on:
        on.transfer(how=how)
        failed = await on.failed()
        assert (failed.status, failed.reason, failed.gone) == (603, Failure.REFUSED, False)
        await on.still_with_the_bot()


@pytest.mark.parametrize(("key", "reason"), [("1", None), ("2", Failure.DECLINED)])
async def test_warm(line: LineProcess, agent: TestAgent, key: str, reason: Failure | None) -> None:
    heard: list[float] = []

    async def listens_and_presses(call: Call) -> None:
        await call.bot_speaks(3)
        await call.bot_quiet(700)
        await call.bot_speaks(3)  # again
        heard.append(float(np.abs(call.recording.bot).max()))
        await call.dtmf(key)
        await call.ended(5)

    agent.audio.send(Stock("briefing", tone(0.5, 700.0)))
    async with scene(line, agent, target=listens_and_presses) as on:
        on.transfer(how=How.WARM, briefing=("briefing", "no-such-stock"))
        if reason is None:
            await agent.expect(Transferred)
            await on.nobody_is_left()
        else:
            assert (await on.failed()).reason is reason
            await on.still_with_the_bot()
        assert heard
        assert heard[0] > LOUD


async def test_a_target_cannot_transfer_the_bot(line: LineProcess, agent: TestAgent) -> None:
    answers: list[int] = []

    async def refers(call: Call) -> None:
        request = call.dialog.request("REFER")
        request.headers.add("Refer-To", "<sip:900@127.0.0.1>")
        answers.append((await on.trunk.transact(request, call.dialog)).status)
        await call.hang_up()

    async with scene(line, agent, target=refers) as on:
        on.transfer(how=How.WARM)
        assert (await on.failed()).reason is Failure.DECLINED
        assert answers == [603]
        await on.still_with_the_bot()


async def test_what_the_configuration_does_not_allow(line: LineProcess, agent: TestAgent) -> None:
    async with scene(line, agent) as on:
        on.transfer(to="sip:900@192.0.2.99", how=How.BLIND)
        failed = await on.failed()
        assert (failed.status, failed.reason, failed.gone) == (0, Failure.NOT_ALLOWED, False)
        assert not on.trunk.referee.referred
        await on.still_with_the_bot()


async def test_the_last_slot(line: LineProcess, agent: TestAgent) -> None:
    """Three conversations: one of them can consult at a time, and a blind transfer needs no slot."""
    async with scene(line, agent, rings=for_ever) as on:
        others = [await on.trunk.call(f"sip:100@127.0.0.1:{line.port}") for _ in range(2)]
        second = (await agent.expect(Started, count=3)).call.call
        on.transfer()
        await agent.expect(TransferRinging)
        agent.control.send(Transfer(second, "200"))
        failed = await on.failed()
        assert (failed.call, failed.reason, failed.gone) == (second, Failure.NO_SLOT, False)
        await others[0].hang_up()  # two conversations and a second leg, and the third slot's BYE is answered
        await until(lambda: len(line.report.calls) == 2)
        fourth = await on.trunk.call(f"sip:100@127.0.0.1:{line.port}")
        await agent.expect(Started, count=4)
        with pytest.raises(CallFailed, match="All Lines Busy"):
            await on.trunk.call(f"sip:100@127.0.0.1:{line.port}")
        await on.caller.hang_up()
        await asyncio.gather(others[1].hang_up(), fourth.hang_up())
        await on.nobody_is_left()


async def test_transfers_that_come_and_go_at_once(line: LineProcess, agent: TestAgent) -> None:
    """Slots change hands within one poll of the stack: no leg ends or speaks for another."""
    chance = random.Random(3)

    async def rings() -> None:
        await asyncio.sleep(chance.random() * 0.2)
        if chance.random() < 0.4:
            raise CallFailed(486, "Busy Here")

    async with UserAgent(answer=waits, ring=lambda _: rings(), referee=Referee()) as trunk:
        answered = itertools.count(1)

        async def place() -> Call | None:
            try:
                return await trunk.call(f"sip:100@127.0.0.1:{line.port}")
            except CallFailed as refused:
                if refused.status == 503:  # the line is full
                    return None
                raise

        async def caller() -> None:
            for _ in range(8):
                call = await place()
                if call is None:
                    await asyncio.sleep(0.1)
                    continue
                name = (await agent.expect(Started, count=next(answered))).call.call
                agent.control.send(Transfer(name, "200", chance.choice(list(How)), ring_s=1.0))
                await asyncio.sleep(chance.random() * 0.4)
                if chance.random() < 0.3:
                    agent.control.send(CancelTransfer(name))
                await call.hang_up()

        await asyncio.gather(caller(), caller(), caller())
        await until(lambda: not line.report.calls and not trunk.calls, what=lambda: f"left over: {trunk.calls}")
        await agent.expect(Finished, count=next(answered) - 1)
    started = [each.call.call for each in agent.messages if isinstance(each, Started)]
    assert len(started) > 12
    assert sorted(each.call for each in agent.messages if isinstance(each, Finished)) == sorted(started)
    outcomes = [each.call for each in agent.messages if isinstance(each, Transferred | TransferFailed)]
    assert len(outcomes) == len(set(outcomes)), "two outcomes of one transfer"


async def test_the_line_is_drained_during_a_transfer(tmp_path_factory: pytest.TempPathFactory) -> None:
    with LineProcess(tmp_path_factory.mktemp("drained"), numbers={"100": "default"}) as process:
        with TestAgent(process) as agent:
            async with scene(process, agent, rings=for_ever) as on:
                on.transfer()
                await agent.expect(TransferRinging)
                process.process.terminate()
                assert (await on.failed()).reason is Failure.CALLER_GONE
                assert (await agent.expect(Finished)).by is EndedBy.SHUTDOWN
                await until(lambda: not on.trunk.calls)
        assert await asyncio.to_thread(process.process.wait, PATIENCE_S) == 0
        assert "Error" not in process.logged()
