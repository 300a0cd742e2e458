# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of an account's answers is understood, and a recording of them that can be shown to others.

Private to this collection.
"""
