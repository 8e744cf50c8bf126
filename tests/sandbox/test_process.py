"""The stand-ins as a process, as servers in a thread, and as the command ``handoff sandbox``."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
import requests
from click.testing import CliRunner

from handoff_connectors.sandbox.commands import sandbox as command
from handoff_connectors.sandbox.server import Sandbox
from handoff_connectors.sandbox.snippet import configuration, snippet

TICKET = {"ticket": {"subject": "Hi", "comment": {"body": "Hi", "public": False}}}
TOKEN = {"authorization": "Bearer x"}


def line_of(process):
    line = process.stdout.readline()
    assert line, process.stderr.read()
    return line


def test_the_process_tells_its_ports_serves_and_ends_on_sigterm(tmp_path):
    ports = tmp_path / "ports.json"
    switches = json.dumps({"zendesk": {"listing_lag": 9}})
    command_line = [
        sys.executable,
        "-m",
        "handoff_connectors.sandbox",
        "--port-file",
        str(ports),
        "--switches",
        switches,
    ]
    process = subprocess.Popen(command_line, stderr=subprocess.PIPE)
    try:
        waiting = threading.Event()
        for _ in range(600):
            if ports.exists() or process.poll() is not None:
                break
            waiting.wait(0.05)
        urls = json.loads(ports.read_text())
        assert urls["pid"] == process.pid
        assert (
            requests.post(f"{urls['zendesk']}/api/v2/tickets.json", json=TICKET, headers=TOKEN, timeout=10).status_code
            == 201
        )
        seen = requests.get(f"{urls['page']}/_control/switches", timeout=10).json()
        assert seen["zendesk"]["listing_lag"] == 9.0
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, b"")


def test_without_a_port_file_the_ports_are_printed():
    process = subprocess.Popen(
        [sys.executable, "-m", "handoff_connectors.sandbox"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert set(json.loads(line_of(process))) == {"zendesk", "hubspot", "slack", "page", "pid"}
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_each_vendor_has_an_origin_of_its_own_and_gives_its_port_back():
    with Sandbox() as sandbox:
        assert len(set(sandbox.urls.values())) == 4
        assert requests.get(f"{sandbox.slack_url}/api/v2/tickets", headers=TOKEN, timeout=10).status_code == 404
        port = int(sandbox.zendesk_url.rpartition(":")[2])
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


def test_a_taken_port_is_an_error(sandbox):
    port = int(sandbox.zendesk_url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        Sandbox(ports=(port, 0, 0, 0)).start()


def test_stopping_does_not_wait_for_a_hanging_request():
    with Sandbox() as sandbox:
        sandbox.faults.add("hang")
        asked = threading.Thread(target=_ask, args=(sandbox.zendesk_url,))
        asked.start()
        pause = threading.Event()
        for _ in range(200):
            if sandbox.log.counts["zendesk"]:
                break
            pause.wait(0.01)
    asked.join(10)
    assert not asked.is_alive()


def _ask(url):
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/api/v2/users/me", headers=TOKEN, timeout=30)


def test_the_command_prints_the_page_and_a_snippet_and_ends_on_a_signal(tmp_path):
    out = tmp_path / "handoff.toml"
    script = "from handoff_connectors.sandbox.commands import sandbox; sandbox()"
    options = ["--config-out", str(out), "--fault", "zendesk:GET:/users/me$:status"]
    process = subprocess.Popen(
        [sys.executable, "-c", script, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}
    )
    try:
        page = line_of(process).decode().split()[1]
        zendesk = line_of(process).decode().split()[1]
        assert "No packet has arrived yet" in requests.get(page, timeout=10).text
        assert requests.get(f"{zendesk}/api/v2/users/me", headers=TOKEN, timeout=10).status_code == 503
    finally:
        process.send_signal(signal.SIGTERM)
        said, errors = process.stdout.read(), process.stderr.read()
        process.stdout.close()
        process.stderr.close()
        process.wait(timeout=20)
    assert (process.returncode, errors) == (0, b"")
    assert f'base_url = "{zendesk}"' in out.read_text()
    assert b"ZENDESK_TOKEN=sandbox" in said


def test_the_command_refuses_what_it_cannot_do(tmp_path, sandbox):
    there = tmp_path / "handoff.toml"
    there.write_text("mine")
    run = CliRunner().invoke
    refused = run(command, ["--config-out", str(there)])
    assert (refused.exit_code, "exists" in refused.output) == (1, True)
    assert there.read_text() == "mine"
    nowhere = run(command, ["--config-out", str(tmp_path / "none" / "x.toml")])
    assert (nowhere.exit_code, "does not exist" in nowhere.output) == (1, True)
    assert "cannot listen" not in nowhere.output
    wrong = run(command, ["--fault", "zendesk:GET:x:explode"])
    assert (wrong.exit_code, "is no fault" in wrong.output) == (2, True)
    port = sandbox.zendesk_url.rpartition(":")[2]
    taken = run(command, ["--port", port])
    assert (taken.exit_code, "cannot listen" in taken.output) == (1, True)


def test_the_configuration_is_toml_that_names_what_the_stand_ins_have(sandbox):
    import tomllib

    whole = tomllib.loads(configuration(sandbox.urls))
    assert whole["destinations"] == tomllib.loads(snippet(sandbox.urls))["destinations"]
    desk, alerts = whole["destinations"]["desk"], whole["destinations"]["alerts"]
    assert desk["base_url"] == sandbox.zendesk_url
    assert {int(f) for f in desk["fields"]} | {desk["brief_field"], desk["links_field"]} <= set(
        sandbox.zendesk.account.fields
    )
    assert {alerts["channel"], *alerts["channels_by_urgency"].values()} <= set(sandbox.slack.channels)
    assert sandbox.zendesk.account.user_by_email(whole["owners"]["dana"]["email"])
