#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Lays out .cache: a virtual environment with the tools, the collection as Ansible wants to find it, and the
# user's pip configuration for the tools that install something themselves. Quick when there is nothing to do.
#
# PYTHON is the interpreter to use. ANSIBLE_CORE is a release such as 2.20, or "devel"; without it, the newest supported
# release for that Python is used. Both are remembered in .cache/chosen, so that "make test" keeps to what "make setup
# ANSIBLE_CORE=2.20" has set up.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cache=$root/.cache
venv=$cache/venv
unset PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH # ansible starts twice as fast from compiled files
cd "$root"
mkdir -p "$cache/ansible_collections/sindad" "$cache/home" "$cache/logs"

# One set-up at a time, where the system has a lock for it.
if command -v flock >/dev/null; then
    exec 9>"$cache/setup.lock"
    flock 9
fi

ln -sfn ../../.. "$cache/ansible_collections/sindad/cloud"

chosen=$cache/chosen
if [ -z "${PYTHON:-}${ANSIBLE_CORE:-}" ] && [ -f "$chosen" ]; then
    { read -r PYTHON && read -r ANSIBLE_CORE; } <"$chosen"
elif [ -n "${PYTHON:-}${ANSIBLE_CORE:-}" ]; then
    printf '%s\n' "${PYTHON:-}" "${ANSIBLE_CORE:-}" >"$chosen"
fi

case ${ANSIBLE_CORE:-} in
    "") core='ansible-core>=2.19,<2.22' ;;
    devel) core='ansible-core @ https://github.com/ansible/ansible/archive/devel.tar.gz' ;;
    [0-9].[0-9]*) core="ansible-core~=$ANSIBLE_CORE.0" ;;
    *)
        echo "ANSIBLE_CORE is a release such as 2.20, or devel, not $ANSIBLE_CORE." >&2
        exit 1
        ;;
esac

suits() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# PYTHON, if it is given, is taken or refused; else the first that suits.
python=
for candidate in "${PYTHON:-python3}" $([ "${PYTHON:-python3}" = python3 ] && echo python3.{13,12,14,11}); do
    if suits "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer with its venv module is needed, and ${PYTHON:-python3} is not that:" \
        "say where it is with 'make PYTHON=/path/to/python3'." >&2
    exit 1
fi

uv='uv>=0.9,<1'
# Packages of which the tools use little, or which pytest compiles for itself.
uncompiled='pip|setuptools|mypy|mypyc|ansible_test|hypothesis|xdist|pygments|anyio|filelock|black|blib2to3|typer|cffi'
# What the environment was made of: it is made anew when that changes, or the checkout has moved.
requirements=(requirements.txt requirements-dev.txt tests/simulator/requirements.txt)
stamp="$("$python" -VV) $core $root $(cat "${requirements[@]}" | cksum)"
has_pip=$venv/bin/python
if [ "$(cat "$venv/stamp" 2>/dev/null)" != "$stamp" ]; then
    echo "Setting up .cache/venv with $("$python" -V) and ${core%% *} (once, a minute or two)"
    "$python" -m venv --clear --without-pip "$venv"
    # The pip of that Python installs uv, and uv all the rest: to begin with a pip of the environment's own takes as long
    # as everything else. It does begin with that where the other is missing or too old.
    if "$python" -m pip --python "$venv/bin/python" install --no-compile "$uv" >"$cache/logs/uv.log" 2>&1; then
        has_pip=$python
    else
        "$venv/bin/python" -m ensurepip >>"$cache/logs/uv.log" 2>&1
        "$venv/bin/python" -m pip install --no-compile "$uv" >>"$cache/logs/uv.log" 2>&1 || true # pip will do
    fi
fi

# The tests have a home of their own; pip and uv are to behave there as pip does for the user.
"$has_pip" tests/tools/pip_config.py "$cache/home/.config"

if [ "$(cat "$venv/stamp" 2>/dev/null)" != "$stamp" ]; then
    bash tests/tools/install.sh "$venv" "$cache/logs/setup.log" "$core" pip -r requirements-dev.txt
    # A package may ship a file for another Python.
    "$venv/bin/python" -m compileall -qq -j 0 -x "/($uncompiled)/" "$venv/lib" || true
    echo "$stamp" >"$venv/stamp"
fi
