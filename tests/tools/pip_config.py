# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the user's pip configuration, from files and the environment, into a directory: ``pip/pip.conf`` and ``uv.sh``.

ansible-test starts pip with neither the user's home nor the user's environment, and uv doesn't read what pip does.
``uv.sh`` is empty if pip has a setting that uv has no equivalent for: packages are installed by pip then.
"""

from __future__ import annotations

import ast
import os
import shlex
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

#: Settings of pip, and the environment variables that tell uv the same.
FOR_UV = {
    "cert": "SSL_CERT_FILE",
    "constraint": "UV_CONSTRAINT",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "index-url": "UV_DEFAULT_INDEX",
    "no-index": "UV_NO_INDEX",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "trusted-host": "UV_INSECURE_HOST",
}
#: Settings that change nothing of what is installed into a virtual environment.
OF_PIP_ALONE = {
    *("break-system-packages", "cache-dir", "compile", "disable-pip-version-check", "no-cache-dir", "no-color"),
    *("no-compile", "no-input", "no-python-version-warning", "no-warn-script-location", "progress-bar", "quiet"),
    *("require-virtualenv", "retries", "root-user-action", "verbose"),
}
#: Sections that hold for ``pip install``, the stronger one last.
SECTIONS = ("global", "install")


def pip(*arguments: str) -> str:
    """Return what pip says, nothing if it refuses."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def configured() -> dict[str, dict[str, str]]:
    """Return pip's settings by section."""
    sections: dict[str, dict[str, str]] = defaultdict(dict)
    for line in pip("config", "list").splitlines():  # the environment's settings come last, and win
        name, value = line.split("=", 1)
        section, option = name.rsplit(".", 1)
        sections["global" if section == ":env:" else section][option] = ast.literal_eval(value)
    proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
    if proxy:
        sections["global"].setdefault("proxy", proxy)
    sections["global"].pop("config-file", None)
    return sections


def for_pip(sections: dict[str, dict[str, str]]) -> Iterator[str]:
    """Yield the lines of pip.conf."""
    sections["global"].setdefault("cache-dir", pip("cache", "dir").strip())
    sections["global"]["quiet"] = "2"  # errors are worth a line in a log, packages are not
    sections["install"]["compile"] = "false"  # what is run once needn't be
    for section, options in sections.items():
        yield f"[{section}]"
        for option, value in options.items():
            if value:
                yield f"{option} = " + "\n    ".join(value.splitlines())


def for_uv(sections: dict[str, dict[str, str]]) -> Iterator[str]:
    """Yield commands of a shell that set uv's environment variables."""
    settings = {option: value for section in SECTIONS for option, value in sections[section].items() if value}
    if settings.keys() - FOR_UV.keys() - OF_PIP_ALONE:
        return
    yield "export UV_PYTHON_DOWNLOADS=never"
    if "extra-index-url" in settings:
        yield "export UV_INDEX_STRATEGY=unsafe-best-match"  # as pip does: the best of all indexes
    for option, name in FOR_UV.items():
        if option in settings:
            separator = "," if name == "UV_FIND_LINKS" else " "
            yield f"export {name}={shlex.quote(separator.join(settings[option].split()))}"


def write(path: Path, lines: Iterable[str]) -> None:
    """Write a file that only the user can read, since it may hold a password."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    new.replace(path)


if __name__ == "__main__":
    directory, found = Path(sys.argv[1]), configured()
    write(directory / "uv.sh", for_uv(found))
    write(directory / "pip" / "pip.conf", for_pip(found))
