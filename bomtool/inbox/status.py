"""What `bomtool watch --status` tells: counts, seconds, who watches, what waits and why."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bomtool import store as store_room
from bomtool.errors import UsageError
from bomtool.inbox import names, watchers
from bomtool.inbox.scan import look
from bomtool.inbox.tables import files
from bomtool.inbox.watching import data_room

if TYPE_CHECKING:
    from bomtool.settings import Settings

STATES = ("waiting", "working", "done", "failed", "uncertain", "gone")
_SHOWN = 20


def status(folder: Path, settings: Settings, *, recursive: bool) -> dict[str, Any]:
    """Counts by state, seconds a file takes, living watchers, what waits with the reason, what ended last.

    Reads only. Raises UsageError for a folder that was never watched.
    """
    folder = folder.resolve()
    try:
        identity = str(uuid.UUID((folder / names.MARKER).read_text(encoding="ascii").strip()))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{folder} was never watched.", hint=f"Run bomtool watch {folder}", code="never-watched"
        ) from error
    present = {names.storable(entry.name) for entry in look(folder, recursive=recursive)[0]}
    store = store_room.open(settings.database_url or settings.sqlite_path)
    try:
        with store.read() as connection:
            ours = files.c.folder == identity
            live = connection.execute(select(files).where(ours & files.c.finished_at.is_(None))).all()
            ended = connection.execute(
                select(files.c.state, func.count())
                .where(ours & files.c.finished_at.is_not(None))
                .group_by(files.c.state)
            ).all()
            times = connection.execute(
                select(func.avg(files.c.millis), func.max(files.c.millis)).where(ours & (files.c.state == "done"))
            ).one()
            last = connection.execute(
                select(files)
                .where(ours & files.c.state.in_(("done", "failed")))
                .order_by(files.c.finished_at.desc())
                .limit(10)
            ).all()
            alive = watchers.living(connection, identity, data_room(settings))
    finally:
        store.close()
    counts = dict.fromkeys(STATES, 0) | {state: int(count) for state, count in ended}
    why: dict[str, str] = {}
    for row in live:
        state = "working" if row.state == "placing" else row.state
        if state == "waiting" and row.name not in present:
            continue
        counts[state] += 1
        if row.error:
            why[row.name] = f"{row.state}: {row.error['message']}"
    counts["waiting"] += len(present - {row.name for row in live})
    return {
        "folder": str(folder),
        "counts": counts,
        "seconds": {"mean": _seconds(times[0]), "longest": _seconds(times[1])},
        "watchers": alive,
        "why": dict(sorted(why.items())[:_SHOWN]),
        "last": [
            {
                "file": row.name,
                "state": row.state,
                "now": row.target,
                "seconds": _seconds(row.millis),
                "at": row.finished_at.isoformat(timespec="seconds"),
                "error": row.error,
                **(row.summary or {}),
            }
            for row in last
        ],
    }


def _seconds(millis: Any) -> float | None:
    return None if millis is None else round(float(millis) / 1000, 2)
