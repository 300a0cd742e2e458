#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Shows the collection at work: an inventory, a change that is previewed, made and made again, an ad-hoc command, and
# the account as a fleet file, whose changes are planned and rehearsed on a copy.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source "$(dirname "$0")/simulator.sh"
export ANSIBLE_DISPLAY_SKIPPED_HOSTS=false
cd "$ROOT/tests/demo"

bold='' plain=''
if [ -t 1 ]; then
    bold=$'\e[1;36m' plain=$'\e[0m'
    export ANSIBLE_FORCE_COLOR=true
fi

output=$CACHE/logs/demo.log # of the last step
number=0
step() { # TITLE COMMAND...
    number=$((number + 1))
    printf '\n%s%d. %s%s\n' "$bold" "$number" "$1" "$plain"
    shift
    printf '%s$' "$bold"
    for word in "$@"; do
        case $word in
            *"'"*) printf ' "%s"' "$word" ;;
            *[' "{']*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
    printf '%s\n\n' "$plain"
    "$@" 2>&1 | tee "$output"
}

nothing_changed() {
    if ! grep -q 'changed=0 ' "$output"; then
        echo "That was to change nothing." >&2
        exit 1
    fi
}

printf '%sA company on a simulated portal%s: three VM services, two dedicated servers, a web hosting.\n' "$bold" "$plain"
start_simulator --seed "$ROOT/tests/simulator/seeds/company.yml" --build-time 1
echo "It listens on $SINDAD_API_URL"

step "Its machines are the inventory" \
    ansible-inventory -i inventory --graph
step "What would a playbook change?" \
    ansible-playbook -i inventory site.yml --check --diff
step "Change it" \
    ansible-playbook -i inventory site.yml
step "Again: there is nothing left to do" \
    ansible-playbook -i inventory site.yml
nothing_changed
step "An ad-hoc command over a group of the inventory" \
    ansible -i inventory databases --connection local -m ansible.builtin.debug \
    -a 'msg="{{ sindad_status }}: {{ sindad_cpu }} CPU, {{ sindad_memory }} MB, {{ ansible_host }}"'

fleet=$CACHE/demo/fleet.yml
mkdir -p "${fleet%/*}"
rm -f "$fleet"
unset ANSIBLE_DISPLAY_SKIPPED_HOSTS # with it, Ansible prints the heading of a task after what the task prints
step "The account as a fleet file, to be kept in git" \
    ansible-playbook sindad.cloud.fleet_export -e "dest='$fleet'"
sed -i.bak 's/name: web-2, template: Debian 12, memory: 4096/name: web-2, template: Debian 12, memory: 6144/' "$fleet"
step "web-2 gets more memory in the file: this is the plan to review" \
    ansible-playbook sindad.cloud.fleet_plan -e "fleet_file='$fleet'"
echo
echo "It is rehearsed on a copy of the account, a simulator that starts from the file as it was"
start_simulator --seed "$fleet.bak" --build-time 1
step "Apply it there" \
    ansible-playbook sindad.cloud.fleet_apply -e "fleet_file='$fleet'"
step "Again: there is nothing left to do" \
    ansible-playbook sindad.cloud.fleet_apply -e "fleet_file='$fleet'"
nothing_changed
printf '\n%sDone.%s The simulators have stopped; the real portal is SINDAD_API_URL=https://my.sindad.com/api.\n' \
    "$bold" "$plain"
