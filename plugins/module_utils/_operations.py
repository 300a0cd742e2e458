# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The 75 operations of the HostBill User API, one table. Private to this collection.

Source: the provider's reference, in its order. An operation's name is its title in lower case
with underscores. The authentication is the one of the reference's samples: ``required`` where
they send credentials, ``never`` where a token is made, ``optional`` where they send none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_PLACEHOLDER = re.compile(r"@(\w+)")

_PROFILE = """
email firstname lastname socialsecuritynumberpersonalid companyname address1 city state
postcode country phonenumber type mellicardimage telegramnotifications langcustomline0180
"""
#: The fields of an account's and a contact's profile (reference: Update User Details).
PROFILE = tuple(_PROFILE.split())

_TABLE = """
 1 | POST   | /login                            | never    | Login | username password
 2 | POST   | /logout                           | required | Logout |
 3 | POST   | /token                            | never    | Refresh Token | refresh_token
 4 | POST   | /revoke                           | optional | Revoke Token | refresh_token
 5 | GET    | /details                          | required | User Details |
 6 | PUT    | /details                          | required | Update User Details | PROFILE
 7 | GET    | /contact                          | required | List contacts |
 8 | POST   | /contact                          | required | Add contact | password privileges PROFILE
 9 | GET    | /contact/privileges               | required | Contact privileges |
10 | GET    | /contact/@id                      | required | Get contacts details |
11 | PUT    | /contact/@id                      | required | Edit contact | privileges PROFILE
12 | GET    | /notifications                    | required | List all portal notifications | rel_type rel_id
13 | GET    | /notifications/new                | required | List new portal notifications | rel_type rel_id
14 | PUT    | /notifications/@id/ack            | required | Acknowledge notification |
15 | GET    | /balance                          | required | Account balance |
16 | GET    | /invoice                          | required | List Invoices |
17 | GET    | /invoice/@id                      | required | Invoice Details |
18 | GET    | /payment                          | required | Payment Methods |
19 | GET    | /payment/fees                     | required | Payment Methods Fees |
20 | GET    | /tickets                          | required | List Tickets |
21 | GET    | /tickets/@number                  | required | Ticket details |
22 | GET    | /ticket/attachment/@file          | required | Ticket attachment | number
23 | POST   | /tickets                          | required | Create Ticket | dept_id subject body
24 | POST   | /tickets/@number                  | required | Create Reply | body
25 | PUT    | /tickets/@number/open             | required | Re-open ticket |
26 | PUT    | /tickets/@number/close            | required | Close ticket |
27 | GET    | /ticket/departments               | required | List ticket departments |
28 | GET    | /service                          | required | List services |
29 | GET    | /service/@id                      | required | Service details |
30 | GET    | /service/@id/methods              | required | List service methods |
31 | GET    | /service/@id/upgrade              | required | Upgrade Options |
32 | POST   | /service/@id/upgrade              | required | Upgrade Request | resources package cycle send
33 | POST   | /service/@id/cancel               | required | Cancel Service | immediate reason
34 | GET    | /service/@id/label                | required | Service label |
35 | POST   | /service/@id/label                | required | Change service label | label
36 | GET    | /statuses                         | optional | Get list statuses |
37 | GET    | /statuses/specific/@status        | optional | Get specific statuses |
38 | GET    | /statuses/@id                     | optional | Get status |
39 | GET    | /service/@id/vms                  | required | List VMs |
40 | GET    | /service/@id/vms/@vmid            | required | Get VM Details |
41 | POST   | /service/@id/vms/@vmid/stop       | required | Stop VM |
42 | POST   | /service/@id/vms/@vmid/start      | required | Start VM |
43 | POST   | /service/@id/vms/@vmid/reboot     | required | Reboot VM |
44 | POST   | /service/@id/vms/@vmid/rescue     | required | Rescue VM |
45 | POST   | /service/@id/vms/@vmid/unrescue   | required | Unrescue VM |
46 | POST   | /service/@id/vms/@vmid/rebuild    | required | Rebuild VM | template
47 | GET    | /service/@id/templates            | required | List OS templates |
48 | GET    | /service/@id/resources            | required | Resources |
49 | GET    | /service/@id/reinstall/templates  | required | List OS templates and recipes |
50 | GET    | /service/@id/reinstall            | required | Reinstall Status |
51 | POST   | /service/@id/reinstall            | required | Reinstall | hostname template recipe password
52 | POST   | /service/@id/diag/cancel          | required | Cancel Diagnostics |
53 | GET    | /service/@id/diag/templates       | required | List Diagnostics templates |
54 | GET    | /service/@id/diag                 | required | Diagnostics Status |
55 | POST   | /service/@id/diag                 | required | Run Diagnostics | template clearhdd fullhddclear
56 | GET    | /service/@id/rescue/templates     | required | List Rescue templates |
57 | GET    | /service/@id/rescue               | required | Rescue Status |
58 | POST   | /service/@id/rescue               | required | Rescue | template password
59 | POST   | /service/@id/rescue/cancel        | required | Cancel Rescue |
60 | GET    | /service/@id/info                 | required | Server Info |
61 | POST   | /service/@id/hostname             | required | Update Hostname | hostname
62 | GET    | /service/@id/ips                  | required | List IPs |
63 | GET    | /service/@id/vlans                | required | List VLANs |
64 | POST   | /service/@id/ips                  | required | Add IP | vlan domain num
65 | GET    | /service/@id/ips/@ip              | required | IP Details |
66 | POST   | /service/@id/ips/@ip              | required | Edit IP | domain
67 | DELETE | /service/@id/ips/@ip              | required | Delete IP |
68 | POST   | /service/@id/reboot               | required | Reboot |
69 | POST   | /service/@id/poweroff             | required | Power OFF |
70 | POST   | /service/@id/poweron              | required | Power ON |
71 | POST   | /service/@id/vms                  | required | Create VM | label template memory cpu disk
72 | DELETE | /service/@id/vms/@vmid            | required | Destroy VM |
73 | PUT    | /service/@id/vms/@vmid            | required | Resize VM | memory cpu
74 | GET    | /service/@id/status               | required | Get server state |
75 | GET    | /serverstock                      | optional | List Servers In-stock |
"""


@dataclass(frozen=True)
class Operation:
    """One row of the reference."""

    number: int
    method: str
    path: str
    title: str
    auth: str
    fields: tuple[str, ...]

    @property
    def name(self) -> str:
        """The title as an identifier: ``List VMs`` is ``list_vms``."""
        return identifier(self.title)

    @property
    def safe(self) -> bool:
        """Whether sending it twice has the same effect as once: a GET reads, PUT and DELETE name their final state."""
        return self.method != "POST"

    @property
    def writes(self) -> bool:
        """Whether it may change something: every operation except a GET."""
        return self.method != "GET"

    @property
    def reads_json(self) -> bool:
        """Whether it only reads, and reads JSON: an attachment may be any file."""
        return not self.writes and self.title != "Ticket attachment"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The placeholders of the path, in order."""
        return tuple(_PLACEHOLDER.findall(self.path))

    def url_path(self, *values: str) -> str:
        """Return the path with its placeholders filled, each value quoted as one path segment."""
        remaining = iter(values)
        return _PLACEHOLDER.sub(lambda _match: quote(str(next(remaining)), safe=""), self.path)


def identifier(title: str) -> str:
    """Return a title as a name: lower case, words joined by underscores."""
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")


def _operation(line: str) -> Operation:
    number, method, path, auth, title, fields = (part.strip() for part in line.split("|"))
    names = tuple(name for field in fields.split() for name in (PROFILE if field == "PROFILE" else (field,)))
    return Operation(int(number), method, path, title, auth, names)


#: Every operation by its name.
OPERATIONS = {operation.name: operation for operation in map(_operation, _TABLE.strip().splitlines())}
