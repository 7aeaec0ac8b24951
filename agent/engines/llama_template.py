"""How a chat is laid out for a model: markup and text apart, because a caller's words must never be read as markup."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agent.errors import ModelError


class Segment(msgspec.Struct, frozen=True):
    """A stretch of a prompt. In `markup` special tokens are recognised, in text they are only letters."""

    text: str
    markup: bool


class Template(msgspec.Struct, frozen=True):
    """A family of chat layouts; `{role}` is the only placeholder."""

    name: str
    sign: str  # what the GGUF's own template contains
    begin: str
    opening: str
    closing: str

    def system(self, text: str) -> tuple[Segment, ...]:
        """The system message: what calls of one dialplan share."""
        return (Segment(self.begin, True), *self._message("system", text))

    def turns(self, turns: Sequence[tuple[str, str]]) -> tuple[Segment, ...]:
        """The turns so far ((role, text)), and the opening of the assistant's next one."""
        messages = [segment for role, text in turns for segment in self._message(role, text)]
        return (*messages, Segment(self.opening.format(role="assistant"), True))

    def _message(self, role: str, text: str) -> list[Segment]:
        return [
            Segment(self.opening.format(role=role), True),
            Segment(text.strip(), False),
            Segment(self.closing, True),
        ]


TEMPLATES = (
    Template("ChatML", "<|im_start|>", "", "<|im_start|>{role}\n", "<|im_end|>\n"),
    Template(
        "Llama 3",
        "<|start_header_id|>",
        "<|begin_of_text|>",
        "<|start_header_id|>{role}<|end_header_id|>\n\n",
        "<|eot_id|>",
    ),
)


def template_for(chat_template: str) -> Template:
    """The layout that the GGUF's `tokenizer.chat_template` describes. Raises ModelError for one that we don't know."""
    for template in TEMPLATES:
        if template.sign in chat_template:
            return template
    known = ", ".join(template.name for template in TEMPLATES)
    raise ModelError(f"the model's chat template is of a kind we don't know; known are {known}. Choose another model")
