"""What is remembered of providers: which questions were answered when, and how often each was asked."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Integer, String, Table, Text

from bomtool.store.schema import Utc, metadata

answers = Table(
    "provider_answers",
    metadata,
    Column("provider", String(32), primary_key=True),
    Column("mpn_key", Text, primary_key=True),
    Column("asked_at", Utc, nullable=False),
    Column("priced", Boolean(create_constraint=False), nullable=False),
)

usage = Table(
    "provider_usage",
    metadata,
    Column("provider", String(32), primary_key=True),
    Column("day", Date, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("next_at", Utc, nullable=False),
    Column("blocked_until", Utc),
    Column("remaining", Integer),
    Column("allowed", Integer),
)
