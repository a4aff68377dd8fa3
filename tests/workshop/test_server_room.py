"""The room, limits and votes by themselves: whatever is called in whatever order, votes are of tickets, one each."""

import asyncio
import json

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sim.report.folder import FolderError
from sim.workshop.server.app import Site
from sim.workshop.server.limits import MOST_KNOWN, Limit, Rate
from sim.workshop.server.places import Places
from sim.workshop.server.room import PHASES, VOTING, Puzzle, Room
from sim.workshop.server.scanning import code_to_scan
from sim.workshop.server.votes import VotesFile, as_csv
from tests.workshop.rooms import BOOK, OPTIONS, MadeUpRuns, page

NAMES = [puzzle["name"] for puzzle in BOOK["puzzles"]]
TITLES = [option["name"] for option in OPTIONS]
AUTHORITY = "127.0.0.1:8000"
RUBBISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda within: st.lists(within) | st.dictionaries(st.sampled_from(["puzzle", "phase", "ticket", "x"]), within),
)


class Protocol(RuleBasedStateMachine):
    """Calls of the protocol in any order, by phones and a facilitator, beside a plain record of what should count."""

    def __init__(self):
        super().__init__()
        self.site = Site(BOOK, page, MadeUpRuns(), Places((), 8000, None))
        self.loop = asyncio.Runner()
        reached = httpx.ASGITransport(self.site.application(), raise_app_exceptions=True)
        self.client = httpx.AsyncClient(transport=reached, base_url=f"http://{AUTHORITY}")
        self.tickets = ["nobody's"]
        self.puzzle, self.phase = None, "waiting"
        self.revealed = dict.fromkeys(NAMES, False)
        self.ballots = {name: [{}] for name in NAMES}

    def teardown(self):
        self.loop.run(self.client.aclose())
        self.loop.close()

    def ask(self, method, path="", **what):
        return self.loop.run(self.client.request(method, f"/api/room/{self.site.room.code}{path}", **what))

    @rule()
    def join(self):
        answer = self.ask("POST", "/join")
        assert answer.status_code == 200
        assert answer.json()["ticket"] not in self.tickets
        self.tickets.append(answer.json()["ticket"])

    @rule(who=st.integers(0, 5), puzzle=st.sampled_from([*NAMES, "no_such"]), option=st.sampled_from([*TITLES, "none"]))
    def vote(self, who, puzzle, option):
        ticket = self.tickets[who % len(self.tickets)]
        answer = self.ask("POST", "/vote", json={"ticket": ticket, "puzzle": puzzle, "option": option})
        known = {option["name"] for each in BOOK["puzzles"] if each["name"] == puzzle for option in each["options"]}
        is_open = (puzzle, VOTING) == (self.puzzle, self.phase)
        if ticket in self.tickets[1:] and is_open and option in known and answer.status_code != 429:
            assert answer.status_code == 200
            self.ballots[puzzle][-1][ticket] = option
            assert answer.json() == {"count": len(self.ballots[puzzle][-1])}
        else:
            assert answer.status_code in (400, 403, 404, 409, 429)

    @rule(
        puzzle=st.sampled_from([*NAMES, "no_such", None]), phase=st.sampled_from([*PHASES, "open"]), led=st.booleans()
    )
    def lead(self, puzzle, phase, led):
        shown = {"authorization": f"Bearer {self.site.room.key if led else 'guess'}"}
        answer = self.ask("POST", "/phase", json={"puzzle": puzzle, "phase": phase}, headers=shown)
        allowed = phase == "waiting" if puzzle is None else phase in PHASES and puzzle in NAMES
        assert (answer.status_code == 200) == (led and allowed)
        if not (led and allowed):
            return
        self.puzzle, self.phase = puzzle, phase
        if phase == "revealed":
            self.revealed[puzzle] = True
        elif phase == VOTING and self.revealed[puzzle]:
            self.revealed[puzzle] = False
            self.ballots[puzzle].append({})

    @rule(body=RUBBISH)
    def send_rubbish(self, body):
        shown = {"authorization": f"Bearer {self.site.room.key}", "content-type": "application/json"}
        for path in ("/vote", "/phase", "/join"):
            assert self.ask("POST", path, content=json.dumps(body), headers=shown).status_code in (400, 413)

    @invariant()
    def votes_are_of_tickets_one_each(self):
        told = self.ask("GET").json()
        assert told["people"] == len(self.tickets) - 1
        assert (told["puzzle"], told["phase"]) == (self.puzzle, self.phase)
        ballot = self.ballots[self.puzzle][-1] if self.puzzle else {}
        assert told["count"] == len(ballot) <= told["people"]
        assert ("votes" in told) == (self.phase == "revealed")
        if "votes" in told:
            given = list(ballot.values())
            assert told["votes"] == {option["name"]: given.count(option["name"]) for option in told["options"]}
        written = [int(line.split(",")[-1]) for line in as_csv(self.site.room).splitlines()[1:]]
        assert all(count >= 0 for count in written)
        assert sum(written) == sum(len(each) for rounds in self.ballots.values() for each in rounds)


TestProtocol = Protocol.TestCase
TestProtocol.settings = settings(max_examples=40, stateful_step_count=30)


def test_a_limit_fills_with_time_and_forgets_who_has_not_asked_for_longest():
    now = 0.0
    limit = Limit(Rate(at_once=3, a_second=0.5), lambda: now)
    assert [limit.wait("one") for _ in range(5)] == [0, 0, 0, 2, 2]
    assert limit.wait("other") == 0
    now = 2.0
    assert [limit.wait("one") for _ in range(2)] == [0, 2]
    for stranger in range(MOST_KNOWN):
        limit.wait(stranger)
    assert len(limit._left) == MOST_KNOWN
    assert limit.wait("one") == 0


def voted():
    room = Room({"reports": Puzzle("?", {"more": "More", "fewer": "Fewer"})})
    ticket = room.join()
    room.move("reports", "voting")
    room.vote(ticket, "reports", "more")
    return room, ticket


def test_votes_are_written_whole_and_again_but_never_over_a_strangers_file(tmp_path):
    room, ticket = voted()
    file = VotesFile(tmp_path / "votes.csv")
    for option in ("more", "fewer"):
        room.vote(ticket, "reports", option)
        file.write(as_csv(room))
        counted = {"more": "reports,1,more,1\nreports,1,fewer,0", "fewer": "reports,1,more,0\nreports,1,fewer,1"}
        assert file.path.read_text() == f"puzzle,round,option,votes\n{counted[option]}\n"
        assert list(tmp_path.iterdir()) == [file.path]
    with pytest.raises(FolderError, match="exists"):
        VotesFile(tmp_path / "votes.csv")
    late = VotesFile(tmp_path / "late.csv")
    (tmp_path / "late.csv").write_text("mine")
    with pytest.raises(FolderError, match="exists"):
        late.write(as_csv(room))
    assert (tmp_path / "late.csv").read_text() == "mine"


def test_nothing_that_is_kept_tells_who_voted():
    room, ticket = voted()
    assert ticket not in as_csv(room)
    room.move("reports", "revealed")
    assert ticket not in str(room.state())


def test_the_code_to_scan_is_that_of_the_address():
    segno = pytest.importorskip("segno")
    address = "http://192.168.100.100:65535/r/CFHJK"
    rows = [[0] * 37 for _ in range(37)]
    for bar in code_to_scan(address).split("M")[1:]:
        corner, width = bar.removesuffix("z").split("v")[0].split("h")
        x, y = map(int, corner.split())
        for step in range(int(width)):
            rows[y][x + step] = 1
    code = segno.make(address, version=3, error="m", boost_error=False, micro=False)
    assert rows == [list(row) for row in code.matrix_iter(border=4)]
