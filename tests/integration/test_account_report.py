# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the playbook account_report: what is on it, and that nothing the portal says is more than text there."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import stat
import subprocess
from html.parser import HTMLParser

import pytest

PLAYBOOK = "sindad.cloud.account_report"
PERSIAN = "سرور وب ۱"  # noqa: RUF001 - a name in Persian
UNTOLD = "\u2013"
HOSTILE = (
    "<script>alert(1)</script>",
    "</td></table><img src=x onerror=alert(1)>",
    "\"><b style='x'>{{ 7*7 }}{% raw %}",
    "\u202egnp.exe\u202d",
    "a\x01b\x7f",
    "&lt;i&gt;",
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page(HTMLParser):
    """The elements of a page, the attributes of all of them, and the texts of the cells of each table by its heading."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self._section = ""
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        self._inside.append(tag)
        if tag == "section":
            self._section = dict(attrs)["aria-labelledby"] or ""
            self.tables[self._section] = []
        elif tag == "tr":
            self.tables[self._section].append([])
        elif tag in ("td", "th"):
            self.tables[self._section][-1].append("")

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        if {"td", "th"} & {*self._inside}:
            self.tables[self._section][-1][-1] += data


@pytest.fixture
def report(simulator, run_playbook, tmp_path):
    def run(**options):
        file = tmp_path / "account.html"
        run = run_playbook(PLAYBOOK, extra_vars={"report_file": str(file)}, **options).ok()
        assert simulator.writes == []
        return run, file

    return run


def plant(simulator):
    for vmid, name in zip(("2001", "2002", "2003", "2004", "2005", "2011"), HOSTILE, strict=True):
        simulator.poke(vm={"service": "401" if vmid < "2011" else "402", "id": vmid, "label": name})
    simulator.poke(vm={"service": "402", "id": "2012", "label": PERSIAN})
    simulator.poke(ticket={"id": "700101", "subject": HOSTILE[1]})


def test_what_the_portal_says_is_text(simulator, report):
    plant(simulator)
    _run, file = report()
    text = file.read_text(encoding="utf-8")
    page = Page(text)
    names = [row[0] for row in page.tables["machines"][1:]]
    assert names[:3] == [*HOSTILE[:3]]
    assert {HOSTILE[3], "a\ufffdb\ufffd", "<i>", PERSIAN} <= {*names}  # a name is read without entities
    assert page.tables["tickets"][1][1] == HOSTILE[1]
    assert not {"img", "b", "i"} & page.tags and text.count("<script") == 1
    # each text of the portal has a direction of its own
    assert f"<bdi>{PERSIAN}</bdi>" in text and f"<bdi>{HOSTILE[3]}</bdi>" in text
    # nothing is fetched, and no other script may run
    assert not {"src", "href", "action", "onerror"} & {name for name, _value in page.attributes}
    assert "url(" not in text and "@import" not in text
    policy = next(value for name, value in page.attributes if name == "content" and value and "default-src" in value)
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)[1]
    assert f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}" in policy
    assert policy.startswith("default-src 'none'")


def test_the_page_of_an_account(simulator, report):
    _run, file = report()
    page = Page(file.read_text(encoding="utf-8"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    counts = {name: len(rows) - 1 for name, rows in page.tables.items()}
    assert counts == {"services": 8, "machines": 11, "invoices": 1, "tickets": 1, "notices": 1}
    assert page.tables["machines"][1][:7] == [
        *("web-1", "web.example.ir", "running", "4096 MB", "2", "20 GB", "Debian 12")
    ]
    assert page.tables["invoices"][1] == ["90002", "Unpaid", "2026-11-01", "2026-11-08", "472.99", "USD"]
    assert page.tables["services"][1][5:] == ["120.0", "Monthly", "2026-12-30"]
    for password in [machine["password"] for machine in simulator.state()["vm"]]:
        assert password not in file.read_text(encoding="utf-8")


def test_what_cannot_be_read_is_not_empty(simulator, report):
    simulator.fault(method="GET", path="/service/402/vms", status=200, body={"maintenance": True}, times=None)
    simulator.fault(method="GET", path="/invoice", status=403, body={"error": ["Denied"]}, times=None)
    simulator.poke(settings={"hide": ["template", "memory"]})
    _run, file = report(env={"SINDAD_API_RETRIES": "0"})
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"<strong>(.*?)</strong> (\w+)", text)[:3] == [
        ("8", "services"),
        ("?", "machines"),
        ("?", "unpaid"),
    ]
    told = re.findall(r"<li>Not read: <bdi>(.*?)</bdi></li>", text)
    assert len(told) == 2
    assert "GET /service/402/vms" in told[0] and "GET /invoice" in told[1]
    machine = Page(text).tables["machines"][1]
    assert machine[3] == machine[6] == UNTOLD


def test_check_mode_and_a_missing_file(simulator, run_playbook, tmp_path):
    file = tmp_path / "account.html"
    run_playbook(PLAYBOOK, check=True, extra_vars={"report_file": str(file)}).ok()
    assert not file.exists()
    missing = run_playbook(PLAYBOOK)
    assert missing.rc == 2 and "report_file is required" in missing.output


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium isn't installed")
def test_in_a_browser(simulator, report, tmp_path):
    """The script is the one that the page allows, and what was planted is no element."""
    plant(simulator)
    _run, file = report()
    options = [
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
        *("--disable-background-networking", "--disable-component-update", f"--user-data-dir={tmp_path}/profile"),
    ]
    shown = subprocess.run(
        [str(CHROMIUM), *options, "--dump-dom", file.as_uri()], capture_output=True, text=True, timeout=120, check=True
    ).stdout
    assert shown.count('<table class="sortable">') == 5
    assert "<img" not in shown and shown.count("<script") == 1
