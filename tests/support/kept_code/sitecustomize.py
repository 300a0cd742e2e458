# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what Python compiles of zip files; it is on the path of processes that the tests fork (see `preloaded`).

Ansible sends a module as a zip file with the sources of all that the module imports, and Python compiles these each time
anew. That takes as long as all the rest that such a process does.
"""

from __future__ import annotations

import _imp
import marshal
import os
import sys
import zipimport
from types import CodeType

ROOT = os.path.join(os.path.dirname(__file__), *[os.pardir] * 3)
KEPT = os.path.join(ROOT, ".cache", "code", str(sys.implementation.cache_tag))
# Not public: without it, there is no difference but in time.
compile_source = getattr(zipimport, "_compile_source", None)


def compile_once(path: str, source: bytes, *more: object) -> CodeType:
    """Compile a source, or take what was compiled of the same text below whatever path."""
    file = os.path.join(KEPT, _imp.source_hash(0, source).hex())
    try:
        with open(file, "rb") as kept:
            code: CodeType = marshal.load(kept)
    except OSError:
        assert compile_source
        code = compile_source(path, source, *more)
        keep(code, file)
    else:
        _imp._fix_co_filename(code, path)
    return code


def keep(code: CodeType, file: str) -> None:
    """Write a file that others see as a whole, or not at all."""
    os.makedirs(KEPT, exist_ok=True)
    beside = f"{file}.{os.getpid()}"
    with open(beside, "wb") as new:
        marshal.dump(code, new)
    os.replace(beside, file)


if compile_source:
    zipimport._compile_source = compile_once  # type: ignore[attr-defined]
