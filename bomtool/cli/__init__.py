"""The command line. Importing this package loads click and light parts of the standard library only."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from bomtool import __version__
from bomtool.cli.lazy import LazyGroup
from bomtool.errors import EXIT_INTERRUPTED, EXIT_USAGE, BomtoolError

COMMANDS = {
    "import": ("bomtool.cli.importing:import_command", "Read BOM files, push them, match every line to a part."),
    "check": ("bomtool.cli.check:check", "Show what was understood of BOM files; reads only."),
    "convert": ("bomtool.cli.convert:convert", "Write a BOM file clean, or in the form of another tool."),
    "diff": ("bomtool.cli.diff:diff", "Compare two BOM files by part and by designator; reads only."),
    "boms": ("bomtool.cli.boms:boms", "List, show, match, approve, delete and export BOMs."),
    "programs": ("bomtool.cli.programs:programs", "Create and cost programs (production runs)."),
    "report": ("bomtool.cli.report:report", "Write the availability and pricing report of programs."),
    "watch": ("bomtool.cli.watch:watch", "Watch a folder: drop a BOM, get a report, exactly once."),
    "suppliers": ("bomtool.cli.suppliers:suppliers", "List, create and change suppliers."),
    "rfqs": ("bomtool.cli.rfqs:rfqs", "Ask suppliers for parts and keep their quotes."),
    "purchases": ("bomtool.cli.purchases:purchases", "Order what a plan buys, and follow it into stock."),
    "bills": ("bomtool.cli.bills:bills", "Bills of suppliers, checked against what was bought."),
    "emails": ("bomtool.cli.emails:emails", "Outbound e-mail and what became of it."),
    "stock": ("bomtool.cli.stock:stock", "Show, set and reserve stock; keep its documents."),
    "jobs": ("bomtool.cli.jobs:jobs", "List async jobs and show what became of one."),
    "webhooks": ("bomtool.cli.webhooks:webhooks", "Tell other programs when records change."),
    "orgs": ("bomtool.cli.orgs:orgs", "List, create and change orgs and their people."),
    "sql": ("bomtool.cli.sql:sql", "One read-only SELECT over your own records."),
    "catalog": ("bomtool.cli.catalog:catalog", "Load and search the local part catalogue."),
    "serve": ("bomtool.cli.serve:serve", "Serve the embedded platform over HTTP."),
    "worker": ("bomtool.cli.worker:worker", "Do the async jobs of a shared database."),
    "backup": ("bomtool.cli.backup:backup", "Back up database and documents into one file, in use or not."),
    "restore": ("bomtool.cli.backup:restore", "Restore database and documents from a backup."),
    "templates": ("bomtool.cli.templates:templates", "List and copy the data files that you may change."),
    "keys": ("bomtool.cli.keys:keys", "Create, list, rotate and revoke keys of the local platform."),
    "profiles": ("bomtool.cli.profiles:profiles", "List, show and save layouts of BOM files."),
    "config": ("bomtool.cli.config:config", "Show and change settings."),
    "doctor": ("bomtool.cli.doctor:doctor", "Check this installation and say what to mend."),
}


@click.group(
    cls=LazyGroup,
    commands_table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Example: bomtool import bom.xlsx --approve --build 100 --report report.xlsx",
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def cli() -> None:
    """Read any electronics BOM, match it to parts, cost a production run, write the Excel report.

    Without settings everything happens on this machine, in an embedded platform. Set BOMTOOL_API_URL and
    BOMTOOL_API_KEY to work against a served one.
    """


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the documented code; a user never sees a traceback."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    sys.exit(run(arguments))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        result = cli.main(args=arguments, prog_name="bomtool", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.Abort:
        click.echo("Interrupted.", err=True)
        return EXIT_INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return EXIT_USAGE
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else "bomtool"
        return _refuse(arguments, error.format_message(), f"See {path} --help.", "usage", EXIT_USAGE)
    except BomtoolError as error:
        return _refuse(arguments, error.message, error.hint, error.code, error.exit_code)
    except KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except MemoryError:
        return _refuse(arguments, "Out of memory.", "Split the file, or close other programs.", "memory", 4)
    except Exception as error:
        return _unexpected(arguments, error)
    return result if isinstance(result, int) else 0


def _refuse(arguments: list[str], message: str, hint: str | None, code: str, exit_code: int) -> int:
    from bomtool.cli import output

    if wants_json(arguments):
        output.json_out({"error": {"code": code, "message": message, "hint": hint}})
    else:
        output.note(f"Error: {message}")
        if hint:
            output.note(hint)
    return exit_code


def _unexpected(arguments: list[str], error: Exception) -> int:
    """A defect of ours: the sentence on the terminal, the traceback in a file of the user's data folder."""
    import tempfile
    import traceback
    from pathlib import Path

    text = "".join(traceback.format_exception(error))
    with tempfile.NamedTemporaryFile(
        "w", prefix="bomtool-defect-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
    message = f"Unexpected {type(error).__name__}; this is a defect of bomtool."
    return _refuse(arguments, message, f"Please report it; the details are in {Path(file.name)}.", "defect", 4)


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether the caller reads JSON, also when the command line itself could not be parsed."""
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in before
