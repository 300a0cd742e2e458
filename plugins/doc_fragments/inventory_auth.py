# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shared options as the inventory plugin takes them: with environment variables and extra vars."""

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
    type: str
    default: https://my.sindad.com/api
    env:
      - name: SINDAD_API_URL
    vars:
      - name: sindad_api_url
  api_username:
    description:
      - The user name of the client area, an e-mail address. It is sent with O(api_password) as HTTP Basic
        authentication.
    type: str
    env:
      - name: SINDAD_USERNAME
    vars:
      - name: sindad_api_username
  api_password:
    description:
      - The password of the client area.
    type: str
    env:
      - name: SINDAD_PASSWORD
    vars:
      - name: sindad_api_password
  api_token:
    description:
      - A bearer token, used instead of O(api_username) and O(api_password). M(sindad.cloud.sindad_token) returns one.
    type: str
    env:
      - name: SINDAD_TOKEN
    vars:
      - name: sindad_api_token
  api_refresh_token:
    description:
      - A refresh token. It renews an expired O(api_token) once.
    type: str
    env:
      - name: SINDAD_REFRESH_TOKEN
    vars:
      - name: sindad_api_refresh_token
  api_ca_path:
    description:
      - A file or directory of CA certificates to check the portal's certificate with.
    type: path
    env:
      - name: SINDAD_CA_PATH
    vars:
      - name: sindad_api_ca_path
  validate_certs:
    description:
      - Whether to check the portal's TLS certificate. Switch it off for tests only.
    type: bool
    default: true
    env:
      - name: SINDAD_VALIDATE_CERTS
    vars:
      - name: sindad_validate_certs
  api_timeout:
    description:
      - Seconds to wait for each answer from the portal.
    type: float
    default: 30
    env:
      - name: SINDAD_API_TIMEOUT
    vars:
      - name: sindad_api_timeout
  api_retries:
    description:
      - How often a request is repeated on connection errors, on answers that end early and on the statuses 429, 502,
        503, 504 and 520 to 524. The header C(Retry-After) is honoured, up to two minutes.
    type: int
    default: 4
    env:
      - name: SINDAD_API_RETRIES
    vars:
      - name: sindad_api_retries
"""
