# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark: how long inventory and modules take beside what anything would take, and beside other collections."""
