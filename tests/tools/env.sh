#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The private environment of the tests and tools: nothing of the user's Ansible comes in, nothing leaves .cache.
#
#   source tests/tools/env.sh        in a script; also sets $ROOT, $CACHE and $VENV
#   bash tests/tools/env.sh COMMAND  runs one command in it
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
CACHE=$ROOT/.cache
VENV=$CACHE/venv

for name in $(compgen -e); do
    case $name in
        # a wish to see colours is no setting of Ansible's that could change a result
        ANSIBLE_FORCE_COLOR) ;;
        ANSIBLE_* | MOLECULE_* | SINDAD_API_* | SINDAD_USERNAME | SINDAD_PASSWORD | SINDAD_*TOKEN | \
            SINDAD_CA_PATH | SINDAD_VALIDATE_CERTS | GIT_DIR | GIT_WORK_TREE | GIT_INDEX_FILE | \
            PYTHONHOME | PYTHONDONTWRITEBYTECODE | PYTHONUNBUFFERED | VIRTUAL_ENV)
            unset "$name"
            ;;
    esac
done

export HOME=$CACHE/home
export XDG_CACHE_HOME=$HOME/.cache XDG_CONFIG_HOME=$HOME/.config
export PATH=$VENV/bin:$PATH
export PYTHONPATH=$CACHE
export ANSIBLE_HOME=$CACHE/ansible
export ANSIBLE_REMOTE_TEMP=$CACHE/ansible/remote # its default is found in the user database, not by $HOME
export ANSIBLE_ASYNC_DIR=$CACHE/ansible/async # likewise
export ANSIBLE_CONFIG=$ROOT/tests/ansible.cfg
export ANSIBLE_COLLECTIONS_PATH=$CACHE
export ANSIBLE_PYTHON_INTERPRETER=$VENV/bin/python
export LC_ALL=C.UTF-8
# Sockets live in the directory for temporary files, and the length of their paths is limited.
if [ ${#CACHE} -le 60 ]; then
    export TMPDIR=$CACHE/tmp
fi
# No escape sequences in logs.
if [ ! -t 1 ]; then
    export NO_COLOR=1 ANSIBLE_NOCOLOR=1 PY_COLORS=0
fi
mkdir -p "$HOME" "$ANSIBLE_HOME" "$CACHE/logs" "$CACHE/tmp"

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    exec "$@"
fi
