"""The server of a room, really listening: phones vote, the facilitator leads, and whatever else comes is refused."""

import contextlib
import json
import re
import select
import socket
import sys

import httpx
import pytest

from sim.workshop.server import app, connections, guard
from sim.workshop.server.limits import Rate
from sim.workshop.server.room import LETTERS, MOST_PEOPLE
from tests.workshop import rooms
from tests.workshop.rooms import BOOK, OPTIONS, PIECE_OF_PAGE, SETTING, MadeUpRuns, running


@pytest.fixture
def visitor():
    with running() as made:
        yield made


@pytest.fixture
def phones(visitor):
    return visitor().join(), visitor().join()


@pytest.fixture
def facilitator(visitor):
    return visitor()


def reason(answer):
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["reason"]
    return answer.json()["reason"]


def goes_on(facilitator):
    """The room as a whole works: somebody joins, votes and is counted."""
    assert facilitator.lead("voting").status_code == 200
    before = facilitator.state()["count"]
    facilitator.join()
    assert facilitator.vote("more").json() == {"count": before + 1}


# The room.


def test_two_phones_vote_change_their_vote_and_see_the_reveal(phones, facilitator):
    one, other = phones
    waiting = {"puzzle": None, "phase": "waiting", "round": 0, "question": "", "options": []}
    assert one.state() == waiting | {"count": 0, "people": 2, "turn": 2}
    facilitator.lead("voting")
    assert one.state()["question"] == BOOK["puzzles"][0]["question"]
    assert one.state()["options"] == OPTIONS
    assert one.vote("more").json() == {"count": 1}
    assert other.vote("more").json() == {"count": 2}
    assert other.vote("fewer").json() == {"count": 2}
    facilitator.lead("closed")
    assert other.vote("more").status_code == 409
    assert "votes" not in one.state()
    facilitator.lead("revealed")
    assert one.state()["votes"] == {"more": 1, "same": 0, "fewer": 1}
    assert one.state()["count"] == 2


def test_nothing_new_is_told_in_no_words(phones, facilitator):
    one, other = phones
    turn = one.state()["turn"]
    assert one.get(f"{one.here}?turn={turn}").status_code == 204
    facilitator.lead("voting")
    other.vote("same")
    told = one.get(f"{one.here}?turn={turn}")
    assert told.status_code == 200
    assert told.json()["turn"] == turn + 2
    other.vote("same")
    assert one.get(f"{one.here}?turn={turn + 2}").status_code == 204


def test_votes_after_a_reveal_are_counted_apart(phones, facilitator):
    one, other = phones
    for phase in ("voting", "revealed", "voting"):
        facilitator.lead(phase)
        one.vote("more")
    assert one.state()["round"] == 2
    other.vote("fewer")
    facilitator.lead("closed")
    facilitator.lead("voting")
    assert one.state()["count"] == 2
    facilitator.lead("revealed")
    assert one.state()["votes"] == {"more": 1, "same": 0, "fewer": 1}
    table = facilitator.get(f"{one.here}/votes.csv", headers={"authorization": f"Bearer {one.site.room.key}"})
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.splitlines() == [
        "puzzle,round,option,votes",
        *("reports,1,more,1", "reports,1,same,0", "reports,1,fewer,0"),
        *("reports,2,more,1", "reports,2,same,0", "reports,2,fewer,1"),
    ]


@pytest.mark.parametrize(
    ("option", "puzzle", "ticket", "status"),
    [
        ("no_such", "reports", None, 400),
        ("more", "waits", None, 409),
        ("more", "no_such", None, 404),
        ("more", "reports", "made up", 403),
    ],
)
def test_a_vote_that_cannot_be_counted_is_refused(phones, facilitator, option, puzzle, ticket, status):
    one, _ = phones
    facilitator.lead("voting")
    one.ticket = ticket or one.ticket
    refused = one.vote(option, puzzle)
    assert refused.status_code == status
    assert reason(refused)
    assert facilitator.state()["count"] == 0
    goes_on(facilitator)


def test_only_the_facilitator_leads_and_sees_counts_early(phones, facilitator):
    one, _ = phones
    key = one.site.room.key
    body = {"puzzle": "reports", "phase": "voting"}
    for shown in ({}, {"authorization": f"Bearer {key[:-1]}"}, {"authorization": key}):
        assert one.post(f"{one.here}/phase", json=body, headers=shown).status_code == 403
        assert one.get(f"{one.here}/votes.csv", headers=shown).status_code == 403
    assert one.state()["phase"] == "waiting"
    assert one.lead("voting", None).status_code == 400
    assert one.lead("voting", "no_such").status_code == 404
    assert one.lead("open").status_code == 400
    goes_on(facilitator)


def test_a_room_is_known_by_its_code_alone(phones):
    one, _ = phones
    code = one.site.room.code
    assert set(code) <= set(LETTERS)
    other = "C" * len(code) if code != "C" * len(code) else "F" * len(code)
    assert one.get(f"/api/room/{other}").status_code == 404
    assert one.post(f"/api/room/{other}/join").status_code == 404
    assert one.get(f"/api/room/{code.lower()}").status_code == 200


def test_a_room_that_is_full_of_people_who_voted_says_so_and_goes_on(visitor, facilitator):
    facilitator.lead("voting")
    for _ in range(MOST_PEOPLE - 1):
        facilitator.site.room.vote(facilitator.site.room.join(), "reports", "same")
    last = visitor().join()
    assert last.vote("more").status_code == 200
    refused = visitor().post(f"{last.here}/join")
    assert (refused.status_code, "full" in reason(refused)) == (503, True)
    assert last.vote("fewer").status_code == 200


def test_tickets_that_nobody_uses_lock_no_room(visitor, facilitator):
    early = visitor().join()
    facilitator.lead("voting")
    early.vote("more")
    for _ in range(2 * MOST_PEOPLE):
        facilitator.site.room.join()
    assert facilitator.site.room.people == MOST_PEOPLE
    late = visitor().join()
    assert late.vote("fewer").status_code == 200
    assert early.vote("same").status_code == 200


def test_one_address_gets_only_so_many_tickets_at_once(visitor):
    one = visitor()
    given = [one.post(f"{one.here}/join") for _ in range(100)]
    refused = [answer for answer in given if answer.status_code == 429]
    assert refused
    assert "wait a little" in reason(refused[0])
    assert int(refused[0].headers["retry-after"]) >= 1
    assert one.site.room.people < 100
    assert one.get(one.here).status_code == 200


def test_the_pages_are_given_and_keep_to_themselves(visitor):
    one = visitor()
    whole, phone = one.get("/"), one.get(f"/r/{one.site.room.code}")
    assert whole.text.endswith(PIECE_OF_PAGE)
    assert json.loads(re.search('id="book">(.*)</script>', whole.text)[1])["server"] == {
        "room": one.site.room.code,
        "join": f"http://127.0.0.1:{one.port}/r/{one.site.room.code}",
        "qr": None,
        "levels": [],
    }
    assert "connect-src 'self'" in whole.headers["content-security-policy"]
    assert "default-src 'none'" in phone.headers["content-security-policy"]
    assert one.get("/r/nonesuch").status_code == 404
    for as_typed in ("/r", "/r/"):
        assert one.get(as_typed).status_code == 200
        assert one.get(as_typed).text == phone.text
    for answer in (whole, phone, one.get(one.here), one.get("/no/such"), one.get("/r")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers
        assert one.site.room.key not in answer.text


# Live runs.


def test_equal_questions_share_one_answer():
    runs = MadeUpRuns()
    with running(runs) as visitor:
        one, other = visitor(), visitor()
        answers = [each.post("/api/run", json=SETTING) for each in (one, other, one)]
    assert len({answer.content for answer in answers}) == 1
    key = "directive/repetitive/usual/usual/usual/usual"
    told = {"key": key, "replications": 2, "of": 2, "ahead": 0, "outcomes": {"wait": [1.5, None]}}
    assert answers[0].json() == told
    assert runs.asked == [key]


@pytest.mark.parametrize(
    "change",
    [
        {"style": "kind"},
        {"mode": "all"},
        {"mode": 1},
        {"dials": {}},
        {"dials": {**SETTING["dials"], "hold": "low"}},
        {"dials": {**SETTING["dials"], "devolution": "lowest"}},
        {"dials": {**SETTING["dials"], "devolution": 0.5}},
        {"seed": 2},
        {"seen": -1},
        {"seen": "2"},
    ],
)
def test_a_run_of_what_is_not_on_the_lists_is_refused(facilitator, change):
    refused = facilitator.post("/api/run", json={**SETTING, **change})
    assert refused.status_code == 400
    assert reason(refused)
    assert facilitator.site.answers is not None
    assert facilitator.post("/api/run", json=SETTING).status_code == 200


class Broken(MadeUpRuns):
    def more(self, key, done):
        raise ZeroDivisionError("told to nobody outside")


def test_a_fault_of_ours_is_told_without_its_inside_and_written_down(caplog):
    with running(Broken()) as visitor:
        one = visitor()
        answer = one.post("/api/run", json=SETTING)
        assert answer.status_code == 500
        assert "told to nobody" not in reason(answer)
        goes_on(one)
    assert "told to nobody outside" in caplog.text


# What strangers send.


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 4_000, "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"ticket": "<script>", "puzzle": NaN, "option": null}', "application/json", 400),
        (b'{"ticket": "a", "puzzle": "reports", "option": "more", "<b>": 1}', "application/json", 400),
        (b'{"ticket": "a", "puzzle": "reports", "option": "more"}', "text/plain", 415),
        (b'{"ticket": "a", "puzzle": "reports", "option": "more"}', "application/x-www-form-urlencoded", 415),
        (b" " * 5_000, "application/json", 413),
    ],
)
def test_a_body_that_is_not_as_agreed_is_refused_and_not_repeated(facilitator, content, kind, status):
    refused = facilitator.post(f"{facilitator.here}/vote", content=content, headers={"content-type": kind})
    assert refused.status_code == status
    assert "<" not in reason(refused)
    goes_on(facilitator)


def test_a_body_without_a_length_is_cut_off_too(facilitator):
    def endless():
        for _ in range(10_000):
            yield b" " * 1_000

    to, kind = f"{facilitator.here}/vote", {"content-type": "application/json"}
    assert facilitator.post(to, content=iter([b" " * 3_000] * 2), headers=kind).status_code == 413
    with contextlib.suppress(httpx.NetworkError):  # where the line is closed before the answer is read
        assert facilitator.post(to, content=endless(), headers=kind).status_code == 413
    goes_on(facilitator)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1:1"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_other_pages_and_other_names_are_refused(facilitator, headers, status):
    for answer in (
        facilitator.get(facilitator.here, headers=headers),
        facilitator.post(f"{facilitator.here}/join", headers=headers),
        facilitator.post("/api/run", json=SETTING, headers=headers),
    ):
        assert answer.status_code == status
        assert reason(answer)
    assert facilitator.state()["people"] == 0
    own = {"origin": f"http://127.0.0.1:{facilitator.port}", "sec-fetch-site": "same-origin"}
    assert facilitator.post(f"{facilitator.here}/join", headers=own).status_code == 200
    goes_on(facilitator)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(facilitator, method):
    refused = facilitator.request(method, facilitator.here)
    assert refused.status_code == 405
    assert reason(refused)


@pytest.mark.parametrize("query", ["?turn=-1", "?turn=", "?turn=²", f"?turn={'9' * 400}", "?since=1", "?turn=1&also=2"])
def test_other_questions_are_refused(facilitator, query):
    assert facilitator.get(facilitator.here + query).status_code == 400


def said_to(port, words):
    """What a raw connection is answered, until the server closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(words)
        heard = b""
        try:
            while some := line.recv(65_536):
                heard += some
        except ConnectionError:
            return heard
        return heard


@pytest.mark.parametrize(
    "words",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST /api/run HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000,
    ],
)
def test_what_is_no_request_is_ended(facilitator, words):
    assert said_to(facilitator.port, words)[:12] in (b"", b"HTTP/1.1 400")
    goes_on(facilitator)


def test_two_hosts_are_no_host(facilitator):
    host = b"Host: 127.0.0.1:%d\r\n" % facilitator.port
    said = said_to(facilitator.port, b"GET / HTTP/1.1\r\nConnection: close\r\n" + host * 2 + b"\r\n")
    assert said.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"GET / HT",
        b"POST /api/run HTTP/1.1\r\nHost: %b\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
    ],
)
def test_who_begins_to_ask_and_does_not_go_on_is_cut_off(monkeypatch, words):
    monkeypatch.setattr(connections, "SECONDS_TO_ASK", 0.2)
    with running() as visitor:
        one = visitor()
        assert said_to(one.port, words.replace(b"%b", b"127.0.0.1:%d" % one.port)) == b""
        goes_on(one)


def test_who_leaves_in_the_middle_is_no_fault_of_ours(facilitator, caplog):
    head = b"POST /api/run HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n" % facilitator.port
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", facilitator.port), timeout=60) as line:
            line.sendall(head + b"Content-Length: 99\r\n\r\n{")
    goes_on(facilitator)
    assert "failed" not in caplog.text


def test_who_does_not_read_is_cut_off(monkeypatch):
    monkeypatch.setattr(connections, "SECONDS_TO_READ", 0.2)
    monkeypatch.setattr(rooms, "PIECE_OF_PAGE", "x" * 30_000_000)
    with running() as visitor:
        one = visitor()
        with socket.create_connection(("127.0.0.1", one.port)) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % one.port)
            goes_on(one)
            ended = select.poll()
            ended.register(line, select.POLLHUP | select.POLLERR)
            assert ended.poll(60_000)
        goes_on(one)


@pytest.mark.skipif(sys.platform != "linux", reason="only there is every address 127.x.x.x one of this machine")
def test_a_flood_from_one_address_is_stopped_and_the_room_goes_on(monkeypatch):
    monkeypatch.setattr(guard, "FROM_ONE_ADDRESS", Rate(at_once=50, a_second=0.01))
    with running() as visitor:
        one = visitor()
        elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
        with httpx.Client(base_url=one.base_url, transport=elsewhere) as stranger:
            answers = [stranger.get(one.here) for _ in range(120)]
        assert [answer.status_code for answer in answers] == [200] * 50 + [429] * 70
        assert int(answers[-1].headers["retry-after"]) > 1
        assert reason(answers[-1])
        goes_on(one)


@pytest.mark.skipif(sys.platform != "linux", reason="only there is every address 127.x.x.x one of this machine")
def test_one_address_cannot_take_all_connections(monkeypatch):
    monkeypatch.setattr(connections, "MOST_OF_ONE", 20)
    with running() as visitor:
        one = visitor()
        here = ("127.0.0.1", one.port)
        lines = [socket.create_connection(here, source_address=("127.0.0.2", 0)) for _ in range(40)]
        goes_on(one)
        for line in lines[20:]:
            with contextlib.suppress(ConnectionError):
                assert line.recv(1) == b""
        for line in lines:
            line.close()


def test_a_ticket_changes_its_vote_only_so_often(monkeypatch):
    monkeypatch.setattr(app, "VOTES_OF_A_TICKET", Rate(at_once=10, a_second=0.01))
    with running() as visitor:
        one, other = visitor().join(), visitor().join()
        other.lead("voting")
        found = [one.vote(("more", "fewer")[k % 2]).status_code for k in range(15)]
        assert found == [200] * 10 + [429] * 5
        assert other.vote("more").json() == {"count": 2}
