"""Tables of who is bought from and of what one has: suppliers, documents, parts of an org's own."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from bomtool.platform.columns import integration, integration_index, key, meta, org, revision, team, times
from bomtool.store.schema import Exact, Id, Json, metadata

suppliers = Table(
    "suppliers",
    metadata,
    key(),
    org(),
    team(),
    Column("name", String(255), nullable=False),
    Column("name_key", String(255), nullable=False),
    Column("code", String(255)),
    Column("email", String(255)),
    Column("phone", String(255)),
    Column("contact_name", String(255)),
    Column("website", String(255)),
    Column("address", Text),
    Column("currency", String(3)),
    Column("payment_terms", String(255)),
    Column("notes", Text),
    Column("purchase_rule", String(16), nullable=False),
    Column("order_fee", Exact),
    Column("minimum_order", Exact),
    meta(),
    *integration(),
    revision(),
    *times(),
    Index("uq_suppliers_org_name", "org_id", "name_key", unique=True),
    Index("ix_suppliers_org_created", "org_id", "created_at", "id"),
    Index("ix_suppliers_org_team", "org_id", "team_id", "created_at", "id"),
    integration_index("suppliers"),
)

stock_documents = Table(
    "stock_documents",
    metadata,
    key(),
    org(),
    team(),
    Column("stock_lot_id", Id, index=True),
    Column("purchase_id", Id, index=True),
    Column("name", String(255), nullable=False),
    Column("document_type", String(32), nullable=False),
    Column("content_type", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("notes", Text),
    *times(),
    Index("ix_stock_documents_org_created", "org_id", "created_at", "id"),
    Index("ix_stock_documents_org_team", "org_id", "team_id", "created_at", "id"),
)

org_parts = Table(
    "org_parts",
    metadata,
    key(),
    org(),
    Column("part_id", String(12), nullable=False),
    Column("mpn", String(255), nullable=False),
    Column("mpn_key", String(255), nullable=False),
    Column("manufacturer", String(255), nullable=False),
    Column("custom_id", String(255)),
    Column("description", Text),
    Column("package", String(255)),
    Column("category", String(255)),
    Column("mount", String(3)),
    Column("lifecycle", String(16)),
    Column("datasheet", String(255)),
    Column("alternative_mpns", Json),
    meta(),
    *times(),
    Index("uq_org_parts_org_part", "org_id", "part_id", unique=True),
    Index("ix_org_parts_org_mpn", "org_id", "mpn_key"),
    Index("ix_org_parts_org_custom", "org_id", "custom_id"),
)
