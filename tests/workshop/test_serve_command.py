"""The command that serves a workshop: it says where, it ends cleanly with the votes kept, and how each mistake ends."""

import re
import signal
import socket
import subprocess
import sys

import httpx
import pytest
from typer.testing import CliRunner

from benchmarks.workshop_load import ROOT, load, started

SERVER = (sys.executable, "-m", "tests.workshop.rooms", "--port", "0")


def call(*words):
    from sim.cli import app

    return CliRunner().invoke(app, ["workshop", "serve", *map(str, words)])


def begun(*words):
    """A server as a process, and all that it has said until it is ready."""
    command = [*SERVER, *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    said = ""
    while "Stop with" not in said:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        said += line
    return process, said


def vote_once(said):
    address, key = re.search(r"(http://127\.0\.0\.1:\d+)/#(\S+)", said).groups()
    code = re.search(r"code of the room +(\S+)", said)[1]
    with httpx.Client(base_url=f"{address}/api/room/{code}", timeout=60) as client:
        ticket = client.post("join").json()["ticket"]
        led = {"authorization": f"Bearer {key}"}
        assert client.post("phase", json={"puzzle": "waits", "phase": "voting"}, headers=led).status_code == 200
        assert client.post("vote", json={"ticket": ticket, "puzzle": "waits", "option": "same"}).status_code == 200


@pytest.mark.parametrize("asked_by", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_with_the_votes_kept(tmp_path, asked_by):
    process, said = begun("--save", tmp_path / "votes.csv")
    assert "none: start with --lan" in said
    assert "OPEN TO THE LOCAL NETWORK" not in said
    vote_once(said)
    process.send_signal(asked_by)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    ready, over = told.split("\n", 1)
    assert ready == "The room is being made ready; this takes some seconds."
    assert over == f"\nThe workshop is over.\nWritten to {tmp_path / 'votes.csv'}.\n"
    kept = (tmp_path / "votes.csv").read_text(encoding="utf-8")
    assert kept == "puzzle,round,option,votes\nwaits,1,more,0\nwaits,1,same,1\n"


def test_votes_that_cannot_be_kept_are_shown(tmp_path):
    folder = tmp_path / "deep"
    folder.mkdir()
    process, said = begun("--save", folder / "votes.csv")
    folder.rmdir()
    folder.write_text("in the way")
    vote_once(said)
    process.send_signal(signal.SIGTERM)
    shown, told = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "waits,1,same,1" in shown
    assert "cannot write" in told
    assert "Traceback" not in told


def test_in_the_local_network_it_says_so_loudly_and_to_phones():
    found = call_for_address()
    process, said = begun("--lan", "--address", found)
    try:
        assert "OPEN TO THE LOCAL NETWORK" in said
        assert "Anybody in this network who has the room's code can vote" in said
        room = re.search(rf"phones +(http://{re.escape(found)}:\d+)(/r/\S+)", said)
        with httpx.Client(base_url=room[1], timeout=60) as phone:
            assert phone.get(room[2]).status_code == 200
            assert '"qr": "M4 4h7' in phone.get("/").text
            assert phone.get("/", headers={"host": "workshop.example"}).status_code == 421
    finally:
        process.terminate()
        process.communicate(timeout=60)


def call_for_address():
    """An address of this machine that is not its loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine is in no network")
        return probe.getsockname()[0]


def test_a_port_in_use_is_told_with_another():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = call("--port", port)
    assert said.exit_code == 2
    assert said.stderr == f"port {port} is in use; choose another: --port 8000, or 0 for any\n"


def test_a_file_that_is_there_is_not_written_over(tmp_path):
    (tmp_path / "votes.csv").write_text("of last week")
    said = call("--port", 0, "--save", tmp_path / "votes.csv")
    assert said.exit_code == 2
    assert "exists: choose another" in said.stderr
    assert (tmp_path / "votes.csv").read_text() == "of last week"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--port", 70_000), "Invalid value for '--port'"),
        (("--threads", 0), "Invalid value for '--threads'"),
        (("--address", "192.168.1.5"), "--address goes with --lan"),
        (("--lan", "--address", "here"), '--address is "here"; it should be one of this computer, like 192.168.1.5'),
        (("--lan", "--address", "0.0.0.0"), '--address is "0.0.0.0"'),
        (("--lan", "--port", 0, "--address", "203.0.113.9"), "203.0.113.9 is not an address of this machine"),
        (("--public",), "No such option"),
    ],
)
def test_a_mistake_is_told_plainly(words, told):
    said = call(*words)
    assert said.exit_code == 2
    assert told in said.stderr
    assert "Traceback" not in said.stderr


def test_a_room_that_votes_and_asks_for_runs_at_once_loses_nothing():
    with started(SERVER) as server:
        figures = load(server, clients=12)
    assert figures.failed == []
    assert figures.counted == 12
    assert (len(figures.votes), len(figures.firsts)) == (60, 12)
