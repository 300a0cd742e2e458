# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sindad_token, from the login to the end of the session, and sindad_api, the way out."""

from __future__ import annotations

import json

import pytest

SHAPES = ("reference", "keyed", "proxmox", "openstack")
ACCOUNT = "ops@example.com"
#: A login whose result is used by the tasks that follow.
LOGIN = {"sindad.cloud.sindad_token": {}, "register": "login"}
SESSION = {"api_token": "{{ login.token }}", "refresh_token": "{{ login.refresh_token }}"}
#: Reads something with the token, and without a name and a password.
PROBE = {
    "sindad.cloud.sindad_account_info": {
        "api_token": "{{ login.token }}", "api_username": "", "api_password": "", "api_retries": 0,
    }
}  # fmt: skip


def token(**args):
    return {"sindad.cloud.sindad_token": args}


def api(**args):
    return {"sindad.cloud.sindad_api": args, "diff": True}


def tokens(simulator):
    state = simulator.state()
    return len(state.get("token", [])), len(state.get("refresh", []))


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", SHAPES)
def test_session(shape, simulator, run_tasks):
    """Log in, work with the token, renew it, revoke it: no check mode sends a write, and the end is idempotent."""
    simulator.poke(settings={"shape": shape})
    renew = token(state="refreshed", refresh_token="{{ login.refresh_token }}")
    latest = {
        "state": "absent",
        "api_token": "{{ renewed.token }}",
        "refresh_token": "{{ renewed.refresh_token | default(login.refresh_token, true) }}",
    }
    results = run_tasks(
        [
            {**token(), "check_mode": True},
            LOGIN,
            PROBE,
            {**renew, "check_mode": True},
            {**renew, "register": "renewed"},
            {**token(**latest), "check_mode": True},
            token(**latest),
            token(**latest),
            {**token(**latest), "check_mode": True},
            PROBE,
        ]
    ).task_results
    check, login, probe, renew_check, renewed, end_check, end, again, again_check, over = results
    assert [result.msg for result in results[:-1] if result.failed] == []
    assert check.changed and check["plan"] == login["plan"] == ["log in as ops@example.com"]
    assert check["token"] is None and check["refresh_token"] is None
    assert login["token"].count(".") == 2 and login["refresh_token"].count(".") == 2
    assert probe["account"]["email"] == ACCOUNT
    assert renew_check["plan"] == renewed["plan"] == ["renew the token"] and renew_check["token"] is None
    assert renewed["token"] not in (None, login["token"]) and renewed["token"].count(".") == 2
    assert (renewed["refresh_token"] is None) == (shape == "keyed")
    assert end_check.changed and end_check["plan"] == end["plan"] == ["revoke the token"] and end.changed
    assert end["token"] is None and end["refresh_token"] is None
    assert not again.changed and not again_check.changed and again["plan"] == []
    assert over.failed and "refused the credentials" in over.msg
    assert simulator.writes == ["POST /login", "POST /token", "POST /revoke", "POST /logout"]
    assert tokens(simulator) == (0, 0)


def test_play(simulator, run_playbook):
    """The documented play: a token for all tasks of the group, revoked whatever happens."""
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "tasks": [
            {**LOGIN, "no_log": True},
            {
                "module_defaults": {
                    "group/sindad.cloud.sindad": {
                        "api_token": "{{ login.token }}",
                        "api_refresh_token": "{{ login.refresh_token }}",
                    }
                },
                "block": [{"sindad.cloud.sindad_service_info": {}}, {"sindad.cloud.sindad_ticket": {"number": "1"}}],
                "always": [{**token(state="absent"), "no_log": True}],
            },
        ],
    }
    run = run_playbook([play], verbosity=3)
    assert run.rc == 2, run.output
    assert "Ticket 1 not found" in run.output
    assert tokens(simulator) == (0, 0)
    assert {each["auth"] for each in simulator.requests() if each["operation"] not in (1, 4)} == {"bearer"}
    assert simulator.operations[1] == simulator.operations[4] == 1
    assert simulator.operations[2] == 1 and simulator.operations[3] == 0
    assert "eyJ" not in run.output
    simulator.reset()
    check = run_playbook([play], check=True)
    assert "Ticket 1 not found" in check.output and "so nothing is revoked" in check.output
    assert simulator.writes == []


def test_secrets(simulator, run_tasks):
    """A token is in the result of the task that made it, once, and nowhere else."""
    run = run_tasks(
        [{**LOGIN, "no_log": True}, token(state="refreshed", refresh_token="{{ login.refresh_token }}"),
         token(state="refreshed", refresh_token="{{ planted }}-refresh"), token(api_password="{{ planted }}-password"),
         token(state="absent", api_token="{{ planted }}-token", refresh_token="{{ planted }}-refresh")],
        verbosity=3,
        extra_vars={"planted": "Planted"},  # not in the playbook, of which Ansible shows the lines of a task that fails
    )  # fmt: skip
    _unused, renewed, *refused = run.task_results
    assert run.output.count(renewed["token"]) == run.output.count(renewed["refresh_token"]) == 1
    assert "Planted" not in run.output
    assert [result.failed for result in refused] == [True, True, False]


def test_expired(simulator, run_tasks):
    """An expired token isn't renewed to be revoked; its refresh token is revoked."""
    simulator.poke(account={"id": ACCOUNT, "token_lifetime": 0})
    end = {**SESSION, "api_refresh_token": "{{ login.refresh_token }}", "state": "absent"}
    results = run_tasks(
        [
            LOGIN,
            {**token(**end), "check_mode": True},
            token(**end),
            token(**end),
            LOGIN,
            token(state="absent", api_token="{{ login.token }}"),
        ]
    ).task_results
    assert [result.changed for result in results] == [True, True, True, False, True, False]
    assert simulator.writes == ["POST /login", "POST /revoke", "POST /login"]


def test_ends(simulator, run_tasks):
    """A session ends by its token alone, by its refresh token alone, and one that is over is no failure."""
    results = run_tasks(
        [
            LOGIN,
            token(state="absent", api_token="{{ login.token }}"),
            LOGIN,
            token(state="absent", refresh_token="{{ login.refresh_token }}"),
            token(state="absent", refresh_token="{{ login.refresh_token }}"),
            PROBE,
            token(state="absent"),
        ]
    ).task_results
    assert [result.failed for result in results] == [False] * 5 + [True, False]
    assert tokens(simulator) == (0, 0)
    assert not results[-1].changed
    assert simulator.operations[4] == 3 and simulator.operations[2] == 1


def test_token_input(simulator, run_tasks):
    simulator.fault(method="POST", path="/login", status=200, body={"token": None, "mfa": {"methods": ["totp"]}})
    wrong = (
        ({}, "requires a second factor (totp)"),
        ({"api_password": "incorrect"}, "the portal refused the credentials: wronglogin"),
        (
            {"state": "refreshed"},
            "state is refreshed but any of the following are missing: refresh_token, api_refresh_token",
        ),
        ({"state": "gone"}, "value of state must be one of: present, refreshed, absent"),
    )
    results = run_tasks([token(**args) for args, _unused in wrong]).task_results
    for result, (args, said) in zip(results, wrong, strict=True):
        assert result.failed, args
        assert said in result.msg
    assert simulator.operations[1] == 2 and tokens(simulator) == (0, 0)
    (nobody,) = run_tasks([token()], env={"SINDAD_USERNAME": None, "SINDAD_PASSWORD": None}).task_results
    assert nobody.failed and "are missing: api_username, api_password" in nobody.msg


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", SHAPES)
def test_api(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    write = api(operation="Change service label", path_params={"id": 402}, body={"label": "lab"})
    results = run_tasks(
        [
            {**write, "check_mode": True},
            write,
            api(
                operation="change_service_label",
                path_params={"id": 402},
                body={"label": "lab"},
                changed_when_written=False,
            ),
            {**api(operation="service-label", path_params={"id": "402"}), "check_mode": True},
            api(method="GET", path="/service/402/label"),
            api(method="GET", path="/service/@id/label", path_params={"id": 402}),
            api(method="PUT", path="/notifications/31/ack"),
            api(operation="list all portal notifications", query={"rel_type": "service"}),
        ]
    ).task_results
    check, applied, quiet, *asked, acknowledged, found = results
    assert [result.msg for result in results if result.failed] == []
    assert check.changed and applied.changed and not quiet.changed and acknowledged.changed
    assert check["plan"] == applied["plan"] == quiet["plan"] == ["send POST /service/402/label (Change service label)"]
    assert check["diff"] == applied["diff"] and "label: lab" in check["diff"]["after"]
    assert check["response"] is None and check["status"] is None
    assert applied["response"] == {"success": True, "info": ["label_updated"]} and applied["status"] == 200
    assert [(result["response"], result["status"]) for result in asked] == [({"label": "lab"}, 200)] * 3
    assert not any(result.changed or result["plan"] for result in [*asked, found])
    assert acknowledged["status"] in (200, 204)
    assert "32" in str(found["response"]) and "31" not in str(found["response"])
    assert simulator.writes == ["POST /service/402/label"] * 2 + ["PUT /notifications/31/ack"]


def test_api_beyond_the_reference(simulator, run_tasks):
    """What a portal offers beyond the reference can be sent too; an operation of the reference keeps its own way."""
    unknown, known, login = run_tasks(
        [
            api(method="GET", path="/logs"),
            api(method="GET", path="/statuses", api_username="", api_password=""),
            api(method="POST", path="/login", body={"username": ACCOUNT, "password": "simulator"}),
        ]
    ).task_results
    assert unknown.failed and unknown["failure"]["path"] == "/logs" and unknown["failure"]["status"] == 404
    assert not known.failed and known["status"] == 200
    assert login["response"] == {"token": "********", "refresh": "********"}
    assert simulator.requests(1)[0]["auth"] is None


def test_api_secrets(simulator, run_tasks):
    """What is sent below a secret's name, and what comes below one, is not to be seen."""
    planted = "Planted-5ecret"
    reinstall = api(
        operation="Reinstall", path_params={"id": 512},
        body={"hostname": "x.ir", "template": "ISPsystem__Debian-12-amd64", "password": planted, "users": [{"rootpw": "Planted-too"}]},
    )  # fmt: skip
    run = run_tasks(
        [{**reinstall, "check_mode": True}, reinstall, api(operation="Service details", path_params={"id": 601})],
        verbosity=3,
    )
    assert [result.msg for result in run.task_results if result.failed] == []
    assert "Planted" not in run.output and "hosting-password" not in run.output
    assert run.task_results[2]["response"]["service"]["password"] == "********"
    assert simulator.state()["server"][0]["password"] == planted


def test_api_input(simulator, run_tasks):
    wrong = (
        ({}, "one of the following is required: operation, path"),
        ({"operation": "lst_vms"}, "operation: 'lst_vms' not found; did you mean list_vms"),
        ({"operation": "make coffee"}, "operation: 'make coffee' not found; the API reference lists them all"),
        ({"operation": "§"}, "'§' not found; the API reference lists them all"),
        ({"operation": "Get VM Details", "path_params": {"id": 1}}, "GET /service/@id/vms/@vmid needs vmid"),
        ({"operation": "List VMs", "path_params": {"id": 1, "vm": 2}}, "path_params: GET /service/@id/vms has no vm"),
        ({"operation": "List services", "body": {"a": 1}}, "body: a GET request takes none, use query"),
        ({"path": "/details"}, "required together: method, path"),
        ({"path": "details", "method": "GET"}, "path must be a path below api_url"),
        ({"path": "/details?x=1", "method": "GET"}, "path must be a path below api_url"),
        ({"path": "/details", "method": "PATCH"}, "value of method must be one of"),
        ({"operation": None, "path": ""}, "one of the following is required: operation, path"),
        ({"operation": "Service label", "path_params": {"id": None}}, "GET /service/@id/label needs id"),
        ({"operation": "Service label", "path_params": {"id": "402/.."}}, "path_params must stay below api_url"),
        *(
            ({"path": path, "method": "GET"}, f"path must stay below api_url, without '.' and '..', not {path!r}")
            for path in ("/../x", "/service/%2e%2e/x", "/service/%252E%252E/x", "/./x", "/a/..", "/a/..;/b", "/..%2fx")
        ),
        ({"path": "/a/%00", "method": "GET"}, "path must not contain control characters"),
        ({"operation": "Logout", "method": "POST"}, "mutually exclusive: operation|method"),
        *(
            (
                {"operation": "Change service label", "path_params": {"id": 402}, "body": {"a": [{"b": number}]}},
                f"body.a[0].b must be a number that JSON can write, not {number}",
            )
            for number in (float("nan"), float("inf"), float("-inf"))
        ),
        *(
            (
                {"operation": "Service label", "path_params": {"id": identity}},
                f"path_params: id must be a string or a number, not {what}",
            )
            for identity, what in ((["402"], "a list"), ({"a": 1}, "a dictionary"), (True, "a boolean"))
        ),
        *(
            (
                {"operation": "List services", "query": {"a": value}},
                "query: a must be a string, a number, or a list of those: an address has no levels",
            )
            for value in ({"b": 1}, [{"b": 1}], [[1]])
        ),
        ({"operation": "List services", "query": {"a": float("nan")}}, "query.a must be a number that JSON can write"),
    )
    for result, (args, said) in zip(
        run_tasks([api(**args) for args, _unused in wrong]).task_results, wrong, strict=True
    ):
        assert result.failed and not result.changed, args
        assert said in result.msg
    assert simulator.requests() == []


def test_api_input_is_checked_in_check_mode_and_on_a_target(simulator, run_tasks):
    write = api(operation="Change service label", path_params={"id": 402}, body={"a": float("nan")})
    results = run_tasks([{**write, "check_mode": True}, {**write, "vars": {"sindad_run_on": "target"}}]).task_results
    for result in results:
        assert result.failed and not result.changed
        assert result.msg == "body.a must be a number that JSON can write, not nan"
    assert simulator.requests() == []


def test_api_lists_in_a_query(simulator, run_tasks):
    run_tasks([api(operation="List all portal notifications", query={"a": ["x", 1], "b": None, "c": True})]).ok()
    assert simulator.requests()[0]["query"] == {"a": "1", "c": "True"}


def test_api_secrets_under_other_names(simulator, run_tasks):
    """A name and its value, Persian names, addresses: in a response and in the details of a service."""
    body = {
        "service": {
            "id": "601", "name": "Hosting", "status": "Active", "vncport": 5901, "otp": "Planted-1", "رمز عبور": "Planted-2",
            "extra_details": [{"name": "Root Password", "value": "Planted-3"}, {"title": "گذرواژه", "data": "Planted-4"}],
            "console": "https://user:Planted-5@host/?token=Planted-6", "license_key": "Planted-7",
        }
    }  # fmt: skip
    simulator.fault(method="GET", path="/service/@id", status=200, body=json.dumps(body), times=None)
    details = {"operation": "Service details", "path_params": {"id": 601}}
    info = {"sindad.cloud.sindad_service_info": {"service": 601, "gather": ["details"]}}
    run = run_tasks([api(**details), info, api(**details, reveal=True)], verbosity=3).ok()
    shown, gathered, revealed = (str(dict(result)) for result in run.task_results)
    assert "Planted" not in shown + gathered
    assert "5901" in shown and "5901" in gathered
    assert [f"Planted-{number}" in revealed for number in range(1, 8)] == [True] * 7


def test_a_refused_refresh_token(simulator, run_tasks):
    (result,) = run_tasks([token(state="refreshed", refresh_token="made-up")]).task_results
    assert result.failed and result.msg == "the portal refused the refresh token: unauthorized (POST /token)"


def test_api_failures(simulator, run_tasks):
    """A lost answer and a page that is no JSON are said, and nothing is sent twice."""
    simulator.fault(method="POST", path="/service/@id/label", drop="after")
    simulator.fault(method="GET", path="/details", status=200, body="<html><body>Maintenance</body></html>")
    lost, page, refused = run_tasks(
        [
            api(operation="Change service label", path_params={"id": 402}, body={"label": "lab"}),
            api(operation="User Details"),
            api(operation="Change service label", path_params={"id": 999}, body={"label": "lab"}),
        ]
    ).task_results
    assert lost.failed and lost.changed and "check before you run this again" in lost.msg
    assert page.failed and "(User Details) can't be read: an HTML page (Maintenance)" in page.msg
    assert refused.failed and not refused.changed and refused["failure"]["errors"] == ["Service 999 not found"]
    assert simulator.operations[35] == 2


def test_api_returns_what_came(simulator, run_tasks):
    """Any JSON to a question, and to a write; an empty answer is null, and its status is told."""
    odd = (None, [], "text", 5, {"message": "Under maintenance"})
    for body in odd:
        simulator.fault(method="GET", path="/details", status=200, body=json.dumps(body))
    label = {"operation": "Change service label", "path_params": {"id": 402}, "body": {"label": "lab"}}
    for status in (200, 204):
        simulator.fault(method="POST", path="/service/@id/label", status=status, body="")
    results = run_tasks([*[api(operation="User Details")] * len(odd), api(**label), api(**label)]).task_results
    assert [result["response"] for result in results] == [*odd, None, None]
    assert [result["status"] for result in results] == [200] * 6 + [204]
    assert [result.changed for result in results] == [False] * 5 + [True] * 2


def test_reveal(simulator, run_tasks):
    """Passwords and tokens are shown where the user wants them; a short value below a secret's name hides nothing."""
    details = {"operation": "Service details", "path_params": {"id": 601}}
    label = api(operation="Change service label", path_params={"id": 402}, body={"label": "4", "token": "4"})
    hidden, shown, login, short = run_tasks(
        [
            api(**details),
            api(**details, reveal=True),
            api(operation="Login", body={"username": ACCOUNT, "password": "simulator"}, reveal=True),
            label,
        ]
    ).task_results
    assert hidden["response"]["service"]["password"] == "********"
    assert shown["response"]["service"]["password"] == "hosting-password"
    assert login["response"]["token"].count(".") == 2
    assert short["plan"] == ["send POST /service/402/label (Change service label)"] and "4" in short["diff"]["after"]


#: What erases: the request, and names that protect from it beside the service's.
ERASING = (
    ({"operation": "Cancel Service", "path_params": {"id": 402}, "body": {"reason": "x"}}, ()),
    ({"method": "POST", "path": "/service/402/cancel/"}, ()),
    ({"method": "POST", "path": "//service/%34%30%32/Cancel"}, ()),
    ({"operation": "Rebuild VM", "path_params": {"id": 402, "vmid": 2011}, "body": {"template": "101"}},
     ("2011", "Stage-WEB", "stage-w*")),
    ({"method": "DELETE", "path": "/service/402/vms/@vmid", "path_params": {"vmid": 2011}}, ("2011", "stage-web")),
    ({"operation": "Reinstall", "path_params": {"id": 512}, "body": {"template": "x"}}, ()),
    ({"operation": "Run Diagnostics", "path_params": {"id": 512}, "body": {"clearhdd": "1"}}, ()),
    ({"operation": "Run Diagnostics", "path_params": {"id": 512}, "query": {"clearhdd": "on"}}, ()),
    ({"operation": "Delete IP", "path_params": {"id": 512, "ip": 71}}, ("71", "185.0.3.10")),
)  # fmt: skip


def test_protected(simulator, run_tasks):
    """What is protected by any of its names isn't erased, however the request is written."""
    tasks = []
    for request, names in ERASING:
        service = ("402", "staging") if "402" in str(request) or "%34" in str(request) else ("512", "db.example.ir")
        tasks += [api(**request, protected=["other", name]) for name in (*service, *names)]
    results = run_tasks(tasks).task_results
    for result, args in zip(results, tasks, strict=True):
        assert result.failed and not result.changed, args
        assert "is protected by" in result.msg, (args, result.msg)
    (by_environment,) = run_tasks([api(**ERASING[0][0])], env={"SINDAD_PROTECTED": "db-*, stag*"}).task_results
    assert by_environment.failed and by_environment.msg.endswith("is protected by 'stag*'")
    simulator.fault(method="GET", path="/service/@id", status=200, body={"message": "Under maintenance"})
    (unknown,) = run_tasks([api(**ERASING[0][0], protected=["x"])]).task_results
    assert unknown.failed and "(Service details) can't be read" in unknown.msg
    assert simulator.writes == []


def test_what_protection_leaves_alone(simulator, run_tasks):
    diag = {"operation": "Run Diagnostics", "path_params": {"id": 512}}
    tasks = [api(**request, protected=["other*"]) for request, _names in ERASING]
    tasks += [
        api(**diag, body={"template": "x", "clearhdd": "0"}, protected=["*"]),
        api(operation="Reboot VM", path_params={"id": 402, "vmid": 2011}, protected=["*"]),
    ]
    results = run_tasks(tasks, check=True).task_results
    assert [result.msg for result in results if result.failed] == []
    assert all(result.changed for result in results)


BOTH = {**SESSION, "state": "absent"}
REFRESH_ONLY = {"state": "absent", "refresh_token": SESSION["refresh_token"]}


@pytest.mark.waits
@pytest.mark.measured_once
@pytest.mark.parametrize("body", ["", {}, {"message": "x"}, None])
def test_a_revocation_that_proves_nothing(body, simulator, run_tasks):
    """The bearer token is looked at; what can't be shown to be revoked is said, and tried again by the next run."""
    simulator.fault(method="POST", path="/revoke", status=200, body=body)
    failed, again, over = run_tasks([LOGIN, token(**BOTH), token(**BOTH), token(**BOTH)]).task_results[1:]
    assert failed.failed and not failed.changed and "no effect of it is seen" in failed.msg
    assert again.changed and not again.failed and not over.changed
    assert simulator.writes == ["POST /login", "POST /revoke", "POST /revoke", "POST /logout"]
    simulator.fault(method="POST", path="/revoke", status=200, body=body)
    unsure, again, over = run_tasks([LOGIN, *[token(**REFRESH_ONLY)] * 3]).task_results[1:]
    assert unsure.changed and not unsure.failed
    assert "it can't be confirmed that the refresh token is revoked" in unsure["warnings"][0]
    assert again.changed and not again.get("warnings") and not over.changed
    assert tokens(simulator) == (0, 0)
    simulator.fault(method="POST", path="/revoke", status=200, body=body, when="after")
    (seen,) = run_tasks([LOGIN, token(**BOTH)]).task_results[1:]
    assert seen.changed and "can't be confirmed" in seen["warnings"][0]
    assert tokens(simulator) == (0, 0)


def test_a_logout_that_fails(simulator, run_tasks):
    """What was revoked is changed; the failure counts only if the token is still valid."""
    simulator.fault(method="POST", path="/logout", status=500)
    (over,) = run_tasks([LOGIN, token(**BOTH)]).task_results[1:]
    assert over.changed and not over.failed, over.msg
    simulator.fault(method="POST", path="/revoke", status=200, body={"status": True})
    simulator.fault(method="POST", path="/logout", status=500)
    valid, again = run_tasks([LOGIN, token(**BOTH), token(**BOTH)]).task_results[1:]
    assert valid.failed and valid.changed
    assert valid.msg.startswith("the session was revoked. Then logging out: POST /logout was answered with HTTP 500")
    assert valid.msg.endswith("; the bearer token is still valid")
    assert again.changed and not again.failed and tokens(simulator) == (0, 0)


def test_a_portal_without_a_revocation(simulator, run_tasks):
    simulator.fault(method="POST", path="/revoke", status=404, times=2)
    simulator.fault(method="POST", path="/logout", status=404)
    neither, logged_out = run_tasks([LOGIN, token(**BOTH), token(**BOTH)]).task_results[1:]
    assert not neither.failed and not neither.changed and len(neither["warnings"]) == 2
    assert logged_out.changed and "no way to revoke a refresh token" in logged_out["warnings"][0]


def test_a_token_that_cannot_be_looked_at(simulator, run_tasks):
    simulator.fault(method="GET", path="/details", status=200, body={"message": "Under maintenance"})
    odd, end = run_tasks([LOGIN, token(**BOTH), token(**BOTH)]).task_results[1:]
    assert odd.failed and not odd.changed and "GET /details (User Details) can't be read" in odd.msg
    assert end.changed and not end.failed


def test_a_renewal_of_an_info_module_is_no_change(simulator, run_tasks):
    """Neither when it succeeds, nor when it fails."""
    simulator.poke(account={"id": ACCOUNT, "token_lifetime": 0})
    session = {"api_token": "{{ login.token }}", "api_refresh_token": "{{ login.refresh_token }}", "api_username": "",
               "api_password": ""}  # fmt: skip
    simulator.fault(method="POST", path="/token", status=500)
    (failed,) = run_tasks([LOGIN, {"sindad.cloud.sindad_account_info": session}]).task_results[1:]
    assert failed.failed and not failed.changed and "can't be renewed" in failed.msg
