# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the portal is and who asks: the options that modules and inventory share. Private to this collection."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from ._errors import SindadError
from ._secrets import shown_url

#: The environment variable of each shared option.
ENVIRONMENT: Final = {
    "api_url": "SINDAD_API_URL",
    "api_username": "SINDAD_USERNAME",
    "api_password": "SINDAD_PASSWORD",
    "api_token": "SINDAD_TOKEN",
    "api_refresh_token": "SINDAD_REFRESH_TOKEN",
    "api_ca_path": "SINDAD_CA_PATH",
    "validate_certs": "SINDAD_VALIDATE_CERTS",
    "api_timeout": "SINDAD_API_TIMEOUT",
    "api_retries": "SINDAD_API_RETRIES",
}
_TOKEN = re.compile(r"[!-~]+")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Settings:
    """The shared options, see the documentation fragment ``auth``."""

    api_url: str = "https://my.sindad.com/api"
    api_username: str | None = None
    api_password: str | None = None
    api_token: str | None = None
    api_refresh_token: str | None = None
    api_ca_path: str | None = None
    validate_certs: bool = True
    api_timeout: float = 30.0
    api_retries: int = 4

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Settings:
        """Take the shared options out of a dictionary and check them.

        Raises:
            SindadError: An option that can't be right, named in the sentence.

        """
        names = [field.name for field in fields(cls)]
        settings = cls(**{name: options[name] for name in names if options.get(name) is not None})
        settings._check_url()
        settings._check_numbers()
        settings._check_credentials()
        if settings.api_ca_path and not Path(settings.api_ca_path).exists():
            raise SindadError(f"api_ca_path: file or directory {settings.api_ca_path} not found")
        return settings

    @property
    def base_url(self) -> str:
        """The address that the operations' paths are appended to."""
        return self.api_url.rstrip("/")

    @property
    def host(self) -> str:
        """The portal's host name or address."""
        return urlsplit(self.api_url).hostname or ""

    @property
    def loopback(self) -> bool:
        """Whether the portal is this machine itself, which no proxy needs to reach."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def account(self) -> str:
        """Who asks, without a secret: the user name, or ``token``."""
        return "token" if self.api_token else (self.api_username or "")

    def _check_url(self) -> None:
        url = _split(self.api_url)
        if url is None:
            raise SindadError(
                "api_url must be the address of the API, without credentials, query or fragment, such as "
                f"{Settings.api_url}; {shown_url(self.api_url)} is not"
            )
        if url.scheme == "http" and not self.loopback:
            raise SindadError(
                f"api_url: http:// to {url.hostname} would send the password in clear text; use https:// "
                "(http:// is accepted for a loopback address only)"
            )

    def _check_numbers(self) -> None:
        if not (math.isfinite(self.api_timeout) and 0 < self.api_timeout <= 86400):
            raise SindadError(f"api_timeout must be more than 0 seconds and at most 86400, not {self.api_timeout}")
        if not 0 <= self.api_retries <= 100:
            raise SindadError(f"api_retries must be a number from 0 to 100, not {self.api_retries}")

    def _check_credentials(self) -> None:
        if self.api_token and not _TOKEN.fullmatch(self.api_token):
            raise SindadError("api_token must consist of ASCII characters without blanks and line breaks")
        if self.api_username and ":" in self.api_username and not self.api_token:
            raise SindadError("api_username must not contain a colon: HTTP Basic authentication has no way to send one")


def _split(address: str) -> SplitResult | None:
    """Return the parts of an address that can be the API's; None for any other."""
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        return None
    if url.scheme not in ("http", "https") or not url.hostname or port == 0:
        return None
    if "@" in url.netloc or "?" in address or "#" in address:
        return None
    if _BLANK.search(address) or not _is_host(url.hostname):
        return None
    return url


def _is_host(host: str) -> bool:
    """Whether something is an IP address or a host name, which may be written in any script."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return True
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return False
    return len(ascii_host) <= 253 and bool(_HOST.fullmatch(ascii_host))
