"""What every test gets: an environment without the developer's own settings, a clock to move, a PostgreSQL server."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from handoff_core.testing.clock import FakeClock

_OWN_SETTINGS = "HANDOFF_TEST_"
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy")
_LOOKS = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES")


def _clear_environment() -> None:
    for name in list(os.environ):
        ours = name.startswith("HANDOFF_") and not name.startswith(_OWN_SETTINGS)
        if ours or name.lower() in _PROXIES or name in _LOOKS:
            del os.environ[name]


_clear_environment()  # before any test module is imported, and so for every process that a test starts


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until the test moves it."""
    return FakeClock()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The url of a PostgreSQL server's maintenance database: the one given, or one of our own; skips where neither is.

    HANDOFF_TEST_POSTGRES_URL names a server whose user may create databases.
    """
    given = os.environ.get("HANDOFF_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not binaries:
        pytest.skip(
            "no PostgreSQL: neither HANDOFF_TEST_POSTGRES_URL is set nor are there binaries in /usr/lib/postgresql"
        )
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'handoff[postgres]'")
    with _running_server(binaries[-1].parent) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The url of an empty database that lives as long as the test session."""
    yield from _fresh_database(postgres_server)


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """The url of an empty database that lives as long as one test."""
    yield from _fresh_database(postgres_server)


def _fresh_database(server: str) -> Iterator[str]:
    import psycopg
    from sqlalchemy import make_url

    name = f"handoff_test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _running_server(binaries: Path) -> Iterator[str]:
    """A server of our own on a free loopback port, in a folder that is removed with it."""
    account = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="handoff-postgres-"))
    try:
        if "user" in account:
            os.chown(folder, account["user"], account["group"])
        cluster = folder / "cluster"
        made = subprocess.run(
            [binaries / "initdb", "-D", cluster, "-U", "handoff", "--auth=trust", "--encoding=UTF8", "--locale=C"],
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
            **account,
        )
        if made.returncode != 0:
            pytest.skip(f"PostgreSQL's initdb failed: {made.stderr.strip()[-400:]}")
        port = _free_port()
        options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        arguments = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", cluster, *arguments], stdout=log, stderr=log, cwd=folder, **account
            )
        try:
            url = f"postgresql://handoff@127.0.0.1:{port}/postgres"
            _wait_until_it_answers(url, server, folder / "log")
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown": sessions are ended
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> Mapping[str, Any]:
    """As whom the server runs: initdb refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    pytest.skip("no PostgreSQL: it refuses to run as root, and there is no user postgres or nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.skip(f"PostgreSQL did not start: {log.read_text(errors='replace')[-400:]}")
            time.sleep(0.05)  # a real server needs real time
        else:
            return
