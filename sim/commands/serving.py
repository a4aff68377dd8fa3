"""The command workshop serve: the page for a room, with live runs and votes from phones."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.experiments import compile_first, ending_cleanly
from sim.commands.running import plainly, say_where

if TYPE_CHECKING:
    from sim.workshop.server.app import Site
    from sim.workshop.server.places import Places
    from sim.workshop.server.room import Room
    from sim.workshop.server.votes import VotesFile

OPEN_TO_THE_NETWORK = """
OPEN TO THE LOCAL NETWORK
  Anybody in this network who has the room's code can vote, and anybody in it can open the page and ask for runs.
  Nothing is encrypted. No names are asked for or kept, and no cookies are set; only counts of votes are kept.
  Use it in a network that you trust, and stop it when the workshop is over.
"""


def serve(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port of the addresses; 0 for any that is free.")] = 8000,
    lan: Annotated[
        bool, typer.Option("--lan", help="Let phones vote: anybody in the local network who has the room's code.")
    ] = False,
    address: Annotated[
        str | None,
        typer.Option(help="With --lan: this computer's address there, if it has several.", show_default=False),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="A new file for the votes: counts only, as CSV.", show_default=False)
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, max=1_024, help="Live runs at a time; as many as processors.")
    ] = None,
) -> None:
    """Serve the page to a room, with live runs and votes; to this computer alone unless --lan is given."""
    from sim.report.folder import FolderError
    from sim.workshop.kept import KeptError
    from sim.workshop.server.places import ServeError, listen
    from sim.workshop.server.serving import serve as answer
    from sim.workshop.server.votes import VotesFile

    with ending_cleanly(), plainly(ServeError, FolderError, KeptError):
        votes = VotesFile(save) if save else None
        with listen(port, lan, address) as places:
            typer.echo("The room is being made ready; this takes some seconds.", err=True)
            site = _site(places, threads, votes)
            try:
                with suppress(KeyboardInterrupt):  # as a workshop ends
                    answer(site, places, lambda: _say_ready(site, places, votes))
                typer.echo("\nThe workshop is over.", err=True)
            finally:
                _save(site.room, votes)


def _site(places: "Places", threads: int | None, votes: "VotesFile | None") -> "Site":
    """The room with the book that ships, and live runs that grow to as many as its settings have."""
    from sim.engine import run_once
    from sim.experiment.replications import processors
    from sim.workshop.book import book
    from sim.workshop.kept import folder, read
    from sim.workshop.outcomes import of_run
    from sim.workshop.page import page
    from sim.workshop.puzzles import puzzles
    from sim.workshop.server.app import Site
    from sim.workshop.server.runs import Runs
    from sim.workshop.settings import YEARS, scenario_of, ward

    kept = read(folder())
    compile_first(ward(), kept.seed)
    run_once(ward(), seed=kept.seed, days=1, warm_up_days=0)  # loads what is compiled before anybody waits for it
    runs = Runs(scenario_of, of_run, YEARS, kept.seed, threads or processors(), kept.replications)
    return Site(book(kept, puzzles(), "microsystem workshop serve"), page, runs, places, votes)


def _say_ready(site: "Site", places: "Places", votes: "VotesFile | None") -> None:
    from sim.scenario.words import one_line
    from sim.workshop.server.places import HERE

    room = site.room
    joined = places.phones(room.code) if places.lan else "none: start with --lan if phones shall vote"
    lines = {
        "on the projector": f"{places.address(HERE)}/#{room.key}",
        "code of the room": room.code,
        "phones": joined,
        "live runs": f"of any setting; {site.runs.replications} of each, of which the first come at once",
        "votes": f"kept in {one_line(str(votes.path))}" if votes else "gone at the end: start with --save to keep them",
    }
    typer.echo("The workshop is ready. What stands after # is the facilitator's key: whoever has it leads the room.\n")
    typer.echo("\n".join(f"  {name:<17} {value}" for name, value in lines.items()))
    typer.echo(OPEN_TO_THE_NETWORK if places.lan else "")
    typer.echo("Stop with Ctrl-C.")


def _save(room: "Room", votes: "VotesFile | None") -> None:
    """Keep what was voted, or show it where that cannot be done."""
    from sim.report.folder import FolderError
    from sim.workshop.server.votes import as_csv

    if votes is None:
        return
    try:
        votes.write(as_csv(room))
    except FolderError:
        typer.echo(f"These are the votes, which could not be kept:\n{as_csv(room)}")
        raise
    say_where(votes.path)
