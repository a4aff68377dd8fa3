"""The room: tickets, phases and votes. It knows no network, and nobody's name.

Each puzzle has rounds. A round ends when it is revealed: votes that come afterwards, when voting opens again, are
counted apart, since those who give them may have seen the answer.
"""

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, get_args

type Phase = Literal["waiting", "voting", "closed", "revealed"]

WAITING, VOTING, CLOSED, REVEALED = PHASES = get_args(Phase.__value__)
# No vowels, so that no word comes of it, and no letter that is easily taken for another or for a digit.
LETTERS = "CFHJKMNPRTWXY"
LETTERS_OF_A_CODE = 5
MOST_PEOPLE = 400
MOST_ROUNDS = 100


class Refusal(Exception):
    """What the room does not do, with the reason for whoever asked.

    Attributes:
        reason: a short sentence for a person.
        status: the HTTP status that says the same.
        wait: seconds after which it is worth asking again; 0 if never.
    """

    def __init__(self, reason: str, status: int, wait: int = 0):
        super().__init__(reason)
        self.reason, self.status, self.wait = reason, status, wait


class Puzzle(NamedTuple):
    """What the room is asked.

    Attributes:
        question: in one sentence.
        options: name → title.
    """

    question: str
    options: Mapping[str, str]


class Counts(NamedTuple):
    """The votes of one round of a puzzle; `votes` is option → count, options without votes among them."""

    puzzle: str
    round: int
    votes: Mapping[str, int]


@dataclass
class _Rounds:
    """The ballots of one puzzle, a mapping of ticket to option for each round, and whether the last is revealed."""

    ballots: list[dict[str, str]] = field(default_factory=lambda: [{}])
    revealed: bool = False


class Room:
    """One room: whoever has its code gets a ticket, and each ticket has one vote in each round of a puzzle.

    Attributes:
        code: what people type to come in.
        key: what the facilitator shows to lead.
        puzzles: what can be asked, by name.
        puzzle, phase: where the room is; no puzzle before the first.
        turn: rises with each change that anybody can see.
    """

    def __init__(self, puzzles: Mapping[str, Puzzle]):
        self.code = "".join(secrets.choice(LETTERS) for _ in range(LETTERS_OF_A_CODE))
        self.key = secrets.token_urlsafe(18)
        self.puzzles = dict(puzzles)
        self.puzzle: str | None = None
        self.phase: Phase = WAITING
        self.turn = 0
        self._tickets: dict[str, None] = {}  # in the order in which they were given
        self._rounds = {name: _Rounds() for name in self.puzzles}

    @property
    def people(self) -> int:
        """How many tickets were given."""
        return len(self._tickets)

    @property
    def count(self) -> int:
        """How many have voted in this round of the puzzle; 0 where there is none."""
        return len(self._rounds[self.puzzle].ballots[-1]) if self.puzzle else 0

    def is_led_with(self, key: str) -> bool:
        """Whether this is the facilitator's key; comparing takes the same time however much of it is right."""
        return secrets.compare_digest(key.encode(), self.key.encode())

    def join(self) -> str:
        """A ticket for somebody who comes in.

        In a full room the ticket that is oldest of those without a vote gives way, so that nobody can keep the room
        full by asking for tickets; a phone whose ticket that was asks for another when it votes.

        Raises:
            Refusal: the room is full of people who have voted.
        """
        if self.people >= MOST_PEOPLE:
            self._gives_way()
        ticket = secrets.token_urlsafe(12)
        self._tickets[ticket] = None
        self.turn += 1
        return ticket

    def _gives_way(self) -> None:
        voted = {ticket for rounds in self._rounds.values() for ballot in rounds.ballots for ticket in ballot}
        silent = next((ticket for ticket in self._tickets if ticket not in voted), None)
        if silent is None:
            raise Refusal(f"The room is full: it has {MOST_PEOPLE} people.", 503)
        del self._tickets[silent]

    def vote(self, ticket: str, puzzle: str, option: str) -> int:
        """Vote, or change the vote; how many have voted now.

        Raises:
            Refusal: there is no such ticket, puzzle or option, or voting on the puzzle is not open.
        """
        if not self.has(ticket):
            raise Refusal("This ticket is not of this room: join again.", 403)
        self._known(puzzle)
        if (self.puzzle, self.phase) != (puzzle, VOTING):
            raise Refusal("Voting on this question is not open.", 409)
        if option not in self.puzzles[puzzle].options:
            raise Refusal("This question has no such option.", 400)
        ballot = self._rounds[puzzle].ballots[-1]
        if ballot.get(ticket) != option:
            ballot[ticket] = option
            self.turn += 1
        return len(ballot)

    def has(self, ticket: str) -> bool:
        """Whether somebody holds this ticket."""
        return ticket in self._tickets

    def move(self, puzzle: str | None, phase: Phase) -> None:
        """Lead the room to a phase of a puzzle. Voting that opens after a reveal is a new round.

        Raises:
            Refusal: there is no such puzzle, or none is named and yet something other than waiting is asked for.
        """
        if puzzle is None and phase != WAITING:
            raise Refusal("Without a puzzle there is only waiting.", 400)
        if puzzle is not None:
            self._known(puzzle)
            self._turn_over(self._rounds[puzzle], phase)
        if (self.puzzle, self.phase) != (puzzle, phase):
            self.turn += 1
        self.puzzle, self.phase = puzzle, phase

    def state(self) -> dict[str, Any]:
        """What everybody in the room may know; votes only when they are revealed."""
        asked = self.puzzles[self.puzzle] if self.puzzle else Puzzle("", {})
        told: dict[str, Any] = {
            "puzzle": self.puzzle,
            "phase": self.phase,
            "round": len(self._rounds[self.puzzle].ballots) if self.puzzle else 0,
            "question": asked.question,
            "options": [{"name": name, "title": title} for name, title in asked.options.items()],
            "count": self.count,
            "people": self.people,
            "turn": self.turn,
        }
        if self.puzzle and self.phase == REVEALED:
            told["votes"] = self._counted(self.puzzle, self._rounds[self.puzzle].ballots[-1])
        return told

    def counts(self) -> Iterator[Counts]:
        """Every round that has votes, puzzle by puzzle."""
        for name, rounds in self._rounds.items():
            for number, ballot in enumerate(rounds.ballots, start=1):
                if ballot:
                    yield Counts(name, number, self._counted(name, ballot))

    def _counted(self, puzzle: str, ballot: Mapping[str, str]) -> dict[str, int]:
        given = Counter(ballot.values())
        return {option: given[option] for option in self.puzzles[puzzle].options}

    def _turn_over(self, rounds: _Rounds, phase: Phase) -> None:
        if phase == REVEALED:
            rounds.revealed = True
        elif phase == VOTING and rounds.revealed:
            if len(rounds.ballots) >= MOST_ROUNDS:
                raise Refusal(f"This puzzle was voted on {MOST_ROUNDS} times: start the server anew.", 409)
            rounds.revealed = False
            rounds.ballots.append({})

    def _known(self, puzzle: str) -> None:
        if puzzle not in self.puzzles:
            raise Refusal("There is no such puzzle.", 404)
