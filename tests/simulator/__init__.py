# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stateful portal that speaks the HostBill "User API", for development, tests and demos."""
