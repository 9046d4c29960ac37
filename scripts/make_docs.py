"""Writes the parts of docs/ that come from the code: docs/cli.md from the commands, docs/findings.md from the table,
docs/api.md from the OpenAPI document, docs/report-fields.md and docs/report.schema.json from the report.

python scripts/make_docs.py            writes them
python scripts/make_docs.py --check    exits 1 where a file on disk differs
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import click
from api_page import api_page
from report_page import report_page, report_schema

from bomtool.cli import COMMANDS, cli

ROOT = Path(__file__).resolve().parent.parent

CLI_HEAD = """# Commands

Written by `python scripts/make_docs.py` from the commands themselves.

`--json` prints exactly one JSON object on stdout, also on failure: `{"error": {"code", "message", "hint"}}`; lists are
`{"count", "results"}`. Tables go to stdout, findings, progress and errors to stderr. Text from files reaches the
terminal as plain text: control characters are escaped.

A BOM or program is named by its id, by a unique beginning of it (six characters or more), or by its exact name.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | done, with error findings; or partly (some of several files, unmatched lines in a program) |
| 2 | the call is wrong: option, unknown id, a 400 or 409 of the platform |
| 3 | nothing could be read |
| 4 | the platform, the network, the database or the disk failed, or the outcome is uncertain |
| 5 | not allowed (401, 403) |
| 130 | interrupted |

Of several files the gravest decides: 3 before 4 before 5 before 1.

| variable | meaning |
|---|---|
"""

FINDINGS_HEAD = """# Findings

Written by `python scripts/make_docs.py` from `templates/findings.csv`, the table bomtool itself reads. A finding never
stands alone: it names the sheet, row, column and cell it is about.

| code | severity | what it means | what to do |
|---|---|---|---|
"""


def main() -> int:
    """Write or check; the exit code."""
    pages = {
        ROOT / "docs" / "cli.md": cli_page(),
        ROOT / "docs" / "findings.md": findings_page(),
        ROOT / "docs" / "api.md": api_page(),
        ROOT / "docs" / "report-fields.md": report_page(),
        ROOT / "docs" / "report.schema.json": report_schema(),
    }
    if "--check" in sys.argv[1:]:
        stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale: run python scripts/make_docs.py")
        return 1 if stale else 0
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


def cli_page() -> str:
    """The reference of all commands."""
    from bomtool.settings import Settings

    parts = [CLI_HEAD]
    for name, field in Settings.model_fields.items():
        parts.append(f"| `BOMTOOL_{name.upper()}` | {field.description} |\n")
    parts.append("| `BOMTOOL_CONFIG_DIR` | Folder of `config.toml` and of your own copies of templates |\n")
    root = click.Context(cli, info_name="bomtool")
    for name in COMMANDS:
        command = cli.get_command(root, name)
        assert command is not None
        parts.extend(command_section(command, root, name))
    return "".join(parts)


def command_section(command: click.Command, parent: click.Context, name: str) -> list[str]:
    """A command and its subcommands."""
    context = click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100)
    text = re.sub(r"[ \t]+$", "", command.get_help(context), flags=re.M)
    parts = [f"\n## {context.command_path}\n\n```text\n{text}\n```\n"]
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            child = command.get_command(context, sub)
            assert child is not None
            parts.extend(command_section(child, context, sub))
    return parts


def findings_page() -> str:
    """The reference of all findings."""
    with (ROOT / "templates" / "findings.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["code"])
    lines = [f"| `{r['code']}` | {r['severity']} | {_cell(r['meaning'])} | {_cell(r['advice'])} |\n" for r in rows]
    return FINDINGS_HEAD + "".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
