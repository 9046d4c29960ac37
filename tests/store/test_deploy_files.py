"""The files for a team's server start commands that exist, with options they have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bomtool.cli import cli

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "docs" / "deploy"
KEYS = {
    "build", "image", "restart", "environment", "volumes", "networks", "depends_on", "entrypoint", "command", "deploy",
    "stop_grace_period", "healthcheck", "ports", "shm_size",
}  # fmt: skip


@pytest.fixture(scope="module")
def compose():
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def test_services_use_what_compose_knows_and_what_is_declared(compose):
    assert set(compose) == {"name", "x-bomtool", "services", "networks", "volumes"}
    for name, service in compose["services"].items():
        assert set(service) <= KEYS, name
        assert set(service.get("networks", ())) <= set(compose["networks"])
        needed = service.get("depends_on", ())
        assert set(needed) <= set(compose["services"])
        for volume in service.get("volumes", ()):
            source = volume.rpartition(":")[0]
            assert source in compose["volumes"] or source.startswith(("${", ".", "/")), volume
        if "build" in service:
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).resolve().is_file()
    wanted = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    offered = set(re.findall(r"^(\w+)=", (DEPLOY / "team.env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert wanted == offered


def test_commands_have_the_options_that_are_given(compose):
    started = 0
    for name, service in compose["services"].items():
        words = [*service.get("entrypoint", ()), *service.get("command", ())]
        if words[:1] != ["bomtool"]:
            continue
        started += 1
        command = cli.get_command(None, words[1])
        assert command is not None, name
        with command.make_context(words[1], [str(word) for word in words[2:]], resilient_parsing=False) as context:
            assert context.params
    assert started == 3
