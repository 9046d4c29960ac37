"""Every key and secret of a whole run, looked for in everything the run leaves behind or says."""

from __future__ import annotations

import base64
import gzip
import json
import os
import secrets
import sqlite3
import tarfile
import zipfile
from contextlib import closing, suppress
from pathlib import Path
from typing import get_args

import pytest
from pydantic import SecretStr

import bomtool
from bomtool import cli
from bomtool.connect import connect
from bomtool.platform import embedded
from bomtool.settings import Settings, load
from tests.security.serving import Serve

SAMPLES = Path(bomtool.__file__).resolve().parents[1] / "sample_files"
FIELDS = sorted(name for name, field in Settings.model_fields.items() if SecretStr in get_args(field.annotation))
HOMES = {"local-key": "local owner", "webhook-key": "webhook key"}
"""Files that hold a secret on purpose, readable by their user alone, and whose."""


class Run:
    """One run: what it made that is secret, and what it said."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capfd = folder, capfd
        self.secrets: dict[str, str] = {}
        self.said: list[str] = []

    def command(self, *arguments: object, shows: str = "") -> str:
        """Run a command; what it shows this once is a secret, what else it says is kept."""
        self.capfd.readouterr()
        cli.run([str(argument) for argument in arguments])
        out, err = self.capfd.readouterr()
        if shows:
            made = json.loads(out)
            self.secrets[f"{shows} {len(self.secrets)}"] = made[shows]
            out = json.dumps({**made, shows: ""})
        self.said += [out, err]
        return out

    def files(self) -> list[tuple[str, bytes]]:
        """Every file below the folder, archives unpacked as well."""
        found = []
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                name, content = str(path.relative_to(self.folder)), path.read_bytes()
                found.append((name, content))
                if zipfile.is_zipfile(path):
                    with zipfile.ZipFile(path) as archive:
                        found += [(f"{name}/{inner}", archive.read(inner)) for inner in archive.namelist()]
                with suppress(tarfile.TarError, OSError), tarfile.open(path) as archive:
                    for member in archive:
                        if (inner := archive.extractfile(member)) is not None:
                            found.append((f"{name}/{member.name}", inner.read()))
                with suppress(OSError, EOFError):
                    found.append((f"{name} (unpacked)", gzip.decompress(content)))
        return found


def forms(secret: str) -> list[bytes]:
    """How a secret may be written: as it is, as Windows writes it, packed for a header, as a hash cannot be."""
    tail = secret.split("_", 2)[2] if secret.startswith("bomtool_") else secret
    plain = tail.encode()
    return [plain, tail.encode("utf-16-le"), base64.b64encode(plain)[:-2], plain.hex().encode()]


def test_no_secret_is_left_anywhere(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("BOMTOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("BOMTOOL_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("BOMTOOL_REFRESH", "off")
    monkeypatch.setenv("BOMTOOL_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("BOMTOOL_SMTP_PORT", "1")
    monkeypatch.setenv("BOMTOOL_SMTP_USER", "mailer")
    monkeypatch.setenv("BOMTOOL_SMTP_FROM", "buyer@example.com")
    (tmp_path / "tmp").mkdir()
    run = Run(tmp_path, capfd)
    for name in FIELDS:
        run.secrets[name] = f"{name}-{secrets.token_hex(12)}"
        if name != "api_key":
            monkeypatch.setenv(f"BOMTOOL_{name.upper()}", run.secrets[name])
    assert len(FIELDS) > 6

    main = json.loads(_made(run, "keys", "create", "--scope", "read", "--scope", "write", "--scope", "admin"))
    old = json.loads(_made(run, "keys", "create", "--name", "old"))
    _made(run, "keys", "rotate", old["id"])
    run.command("keys", "revoke", old["id"], "--json")
    run.command("webhooks", "add", "https://hooks.example/x", "--json", shows="secret")
    run.command(
        "import", SAMPLES / "sensor_node_kicad.csv", "--approve", "--build", "10", "--report", tmp_path / "r.xlsx"
    )
    run.command("import", tmp_path / "data" / "bomtool.sqlite3")
    for command in ("config show", "config show --json", "doctor --json", "keys list", "keys list --json",
                    "webhooks list --json", "config set currency EUR",
                    f"backup {tmp_path / 'backup.zip'}", "nonsense", "sql 'SELECT * FROM orgs'"):  # fmt: skip
        run.command(*command.split(maxsplit=2) if command.startswith("sql") else command.split())
    run.secrets["local owner"] = (tmp_path / "data" / embedded.KEY_FILE).read_text().strip()

    key = run.secrets[f"key {main['number']}"]
    served = Serve(tmp_path)
    try:
        _misuse(run, served, key, tmp_path, monkeypatch)
    finally:
        served.process.terminate()
        run.said += [served.said, served.process.communicate(timeout=60)[0]]

    monkeypatch.delenv("BOMTOOL_API_URL")
    monkeypatch.delenv("BOMTOOL_API_KEY")
    monkeypatch.setenv(
        "BOMTOOL_DATABASE_URL", "postgresql+psycopg://bom:pg-" + run.secrets["smtp_password"] + "@127.0.0.1:1/x"
    )
    run.command("boms", "list")
    run.command("config", "show")
    run.said.append(repr(load()))
    monkeypatch.delenv("BOMTOOL_DATABASE_URL")
    opened = embedded.open_embedded(load())
    with connect() as client:
        run.said += [
            repr(thing) + str(thing) for thing in (load(), opened, opened.store, client, client.boms, vars(client))
        ]
    opened.close()

    places = [(f"said {number}", text.encode()) for number, text in enumerate(run.said)] + run.files()
    assert any(name.endswith(".log") for name, _ in places)
    assert any(name.startswith("r.xlsx/") for name, _ in places)
    assert any(name.startswith("backup.zip/") for name, _ in places)
    assert any(b"traceback" in content for name, content in places if name.endswith(".log"))
    assert main["id"].encode() in b"".join(content for name, content in places if "sqlite3" in name)
    found = [
        (whose, name)
        for whose, secret in run.secrets.items()
        for form in forms(secret)
        for name, content in places
        if form in content and HOMES.get(Path(name).name) != whose
    ]
    assert found == []
    if os.name == "posix":
        for name in HOMES:
            for path in tmp_path.rglob(name):
                assert path.stat().st_mode & 0o077 == 0


def _made(run: Run, *arguments: str) -> str:
    made = json.loads(run.command(*arguments, "--json", shows="key"))
    return json.dumps({**made, "number": len(run.secrets) - 1})


def _misuse(run: Run, served: Serve, key: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys in all the wrong places, and a platform that fails."""
    with served.client(key) as client:
        answers = [
            client.get("/v1/boms/"),
            client.get(f"/v1/boms/?api_key={key}"),
            client.get(f"/v1/{key}", headers={"X-Request-Id": key, "User-Agent": key, "Referer": f"http://x/{key}"}),
            client.get("/v1/boms/", headers={"Authorization": f"Bearer {key}"}),
            client.get("/v1/boms/", headers={"Authorization": f"Api-Key {key[:-3]}"}),
            client.get("/v1/boms/", headers={"Host": "evil.example"}),
            client.post(
                "/v1/outbound_emails/", json={"to": ["a@example.com"], "subject": "x", "body": "x", "send": True}
            ),
        ]
        with closing(sqlite3.connect(folder / "data" / "bomtool.sqlite3")) as database, database:
            database.execute("ALTER TABLE tags RENAME TO tags_away")
        answers += [client.get("/v1/tags/"), client.post("/v1/tags/", json={"name": "x"})]
        with closing(sqlite3.connect(folder / "data" / "bomtool.sqlite3")) as database, database:
            database.execute("ALTER TABLE tags_away RENAME TO tags")
        assert answers[-1].status_code >= 500
        asked = ("/v1/" + key,)
        run.said += [
            a.text + str(a.headers) for a in answers if a.request.url.path not in asked and not a.request.url.query
        ]
    monkeypatch.setenv("BOMTOOL_API_URL", served.url)
    for given in (key, key[:-1], run.secrets["api_key"], f"{key}\n"):
        monkeypatch.setenv("BOMTOOL_API_KEY", given)
        run.command("boms", "list", "--json")
    monkeypatch.setenv("BOMTOOL_API_KEY", key)
    run.command("import", SAMPLES / "badge_easyeda.tsv", "--json")
    monkeypatch.setenv("BOMTOOL_API_URL", "http://127.0.0.1:1")
    run.command("boms", "list")
    run.command("doctor")
