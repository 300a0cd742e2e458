# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options that all modules and the inventory share."""

from __future__ import annotations


class ModuleDocFragment:
    """Where the portal is and who asks."""

    DOCUMENTATION = r"""
requirements:
  - requests >= 2.32
  - urllib3 >= 2.0
options:
  api_url:
    description:
      - The address of the portal's API.
      - Plain C(http://) is refused except for a loopback address, since the password would be sent in clear text.
      - If it is not set, the environment variable E(SINDAD_API_URL) is used.
    type: str
    default: https://my.sindad.com/api
  api_username:
    description:
      - The user name of the client area, an e-mail address. It is sent with O(api_password) as HTTP Basic
        authentication.
      - If it is not set, the environment variable E(SINDAD_USERNAME) is used.
    type: str
  api_password:
    description:
      - The password of the client area.
      - If it is not set, the environment variable E(SINDAD_PASSWORD) is used.
    type: str
  api_token:
    description:
      - A bearer token, used instead of O(api_username) and O(api_password). M(sindad.cloud.sindad_token) returns one.
      - If it is not set, the environment variable E(SINDAD_TOKEN) is used.
    type: str
  api_refresh_token:
    description:
      - A refresh token, with which an O(api_token) that has expired is renewed.
      - If it is not set, the environment variable E(SINDAD_REFRESH_TOKEN) is used.
    type: str
  api_ca_path:
    description:
      - A file or directory of CA certificates to check the portal's certificate with.
      - If it is not set, the environment variable E(SINDAD_CA_PATH) is used.
    type: path
  validate_certs:
    description:
      - Whether to check the portal's TLS certificate. Switch it off for tests only.
      - If it is not set, the environment variable E(SINDAD_VALIDATE_CERTS) is used.
    type: bool
    default: true
  api_timeout:
    description:
      - Seconds that each request may take until its answer is complete.
      - If it is not set, the environment variable E(SINDAD_API_TIMEOUT) is used.
    type: float
    default: 30
  api_retries:
    description:
      - How often a request that is safe to repeat (every GET, PUT and DELETE) is repeated on connection errors, on
        answers that end early and on the statuses 429, 502, 503, 504 and 520 to 524. The header C(Retry-After) is
        honoured, up to two minutes.
      - A POST is repeated only after 429, which says that it was not carried out. If its answer is lost, the module
        looks at the portal to find out whether it was carried out.
      - If it is not set, the environment variable E(SINDAD_API_RETRIES) is used.
    type: int
    default: 4
"""
