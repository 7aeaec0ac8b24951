"""The document says what the code does."""

from __future__ import annotations

from pathlib import Path

from agent.turn.drawing import markdown

PAGE = Path(__file__).parents[2] / "docs" / "turns.md"


def test_the_page_is_what_the_code_draws() -> None:
    assert PAGE.read_text() == markdown(), "write it anew: python -m agent.turn.drawing > docs/turns.md"
