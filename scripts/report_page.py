"""The reference of a report's figures and columns, and the schema of its JSON form."""

from __future__ import annotations

import json

HEAD = """# Figures and columns of a report

Written by `python scripts/make_docs.py` from the code. A figure is the marker `{{known_total}}` or a cell named
`bomtool_known_total` in a [template](reports.md#your-own-workbook-as-a-template); a column is `{{pricing.mpn}}` there, and
`"mpn"` under `[pricing]` in `templates/report.toml`.

## Figures

| name | what it is |
|---|---|
"""


def report_page() -> str:
    """docs/report-fields.md."""
    from bomtool.reports import scalars
    from bomtool.reports.fields import columns

    parts = [HEAD]
    parts += [f"| `{name}` | {meaning} |\n" for name, meaning in scalars.NAMES.items()]
    for section, (title, found) in columns().items():
        parts.append(f"\n## {title} (`{section}`)\n\n| key | header |\n|---|---|\n")
        parts += [f"| `{key}` | {header} |\n" for key, header in found.items()]
    return "".join(parts)


def report_schema() -> str:
    """docs/report.schema.json."""
    from bomtool.reports import document

    return json.dumps(document.schema(), indent=1, ensure_ascii=True) + "\n"
