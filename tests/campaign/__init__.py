# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault campaign: each task that changes something, each position of its requests, each fault.

A case is a first run in which one request goes wrong, and a second one in which none does. What is reported, and what
the portal's state is after each of them, is compared with runs without a fault. See README.md.
"""
