# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The fields of a profile, by the API's own names."""

from __future__ import annotations


class ModuleDocFragment:
    """What the account and its contacts have in common."""

    DOCUMENTATION = r"""
options:
  email:
    description:
      - The e-mail address.
    type: str
  firstname:
    description:
      - The first name.
    type: str
  lastname:
    description:
      - The last name.
    type: str
  socialsecuritynumberpersonalid:
    description:
      - The national id, ten digits.
    type: str
  companyname:
    description:
      - The organization.
    type: str
  address1:
    description:
      - The postal address.
    type: str
  city:
    description:
      - The city.
    type: str
  state:
    description:
      - The state or province of the postal address.
    type: str
  postcode:
    description:
      - The post code.
    type: str
  country:
    description:
      - The country, as the portal writes it, such as V(IR).
    type: str
  phonenumber:
    description:
      - The mobile number, such as V(09121234567) or V(+98 9121234567); both are the same number.
    type: str
  type:
    description:
      - The account type.
    type: str
    choices: [Private, Company]
  mellicardimage:
    description:
      - The image of the national id card, as the portal names the C(.jpg), C(.gif), C(.png) or C(.pdf) file.
    type: str
  telegramnotifications:
    description:
      - Whether notifications are also sent by Telegram. V(بله) (yes) is the only choice; an empty list means no.
    type: list
    elements: str
    choices: [بله]
  langcustomline0180:
    description:
      - The company's landline number.
    type: str
"""
