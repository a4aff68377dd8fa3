"""What a report cannot tell: limits that always hold, and those that follow from the results themselves."""

from collections.abc import Iterator

from sim.analysis.arms import Comparison
from sim.experiment.identity import model_version
from sim.report.page.subject import Subject
from sim.report.page.words import counted
from sim.state.vocabulary import DAYS_PER_YEAR

FEW, MANY_ARMS = 30, 5
ALWAYS = (
    "It is the answer of a model. It shows what follows from the model's assumptions, and not what has happened in a "
    "hospital. No result of it has been compared with data that were held back from making it.",
    "Levels of errors, harm and stays agree with published figures. What an hour of leading does to people has hardly "
    "been measured anywhere: sizes of these effects are assumed.",
    "It is made to compare ways of running one simulated hospital. It does not forecast a hospital that can be named, "
    "and it does not judge persons.",
    "It holds acute wards of an English hospital as they were from about 2012 to 2019, from the moment at which a ward "
    "is asked for a bed. Emergency departments, theatres, clinics and care at home are not in it.",
    "It counts hours, shifts and people, and has no prices. It answers no question about cost.",
)


def limits(subject: Subject, comparison: Comparison | None) -> list[str]:
    """What this report cannot tell, those that follow from its own results first."""
    own = [*(comparison.warnings if comparison else []), *_of_runs(subject, comparison), *_of_setting(subject)]
    return [*own, *ALWAYS]


def _of_runs(subject: Subject, comparison: Comparison | None) -> Iterator[str]:
    runs = subject.replications
    if runs == 1:
        yield "There is one run of each arm, so nothing is known about how far chance alone moves a result."
    elif runs < FEW:
        yield (
            f"There are {counted(runs, 'replication')} of each arm, which are few. Intervals rest on the assumption "
            "that differences spread about their mean like a bell curve; those of rare outcomes may not."
        )
    if comparison and len(comparison.arms) >= MANY_ARMS:
        yield (
            f"Of {len(comparison.arms)} arms the one that looks best owes some of it to luck: expect a smaller "
            "difference when it is run again with other seeds."
        )
    if comparison is None:
        yield "One arm alone shows how things are in it, and not what makes them so."
    if subject.posterior:
        yield (
            "Intervals hold chance and what is not known about the twelve calibrated levels. They do not hold what is "
            "not known about everything that is assumed."
        )
    else:
        yield (
            "Every calibrated level is held at one value. What is not known about levels is in no interval; "
            "--posterior, given to the command that runs the arms, carries it into all of them."
        )
    if subject.model not in (None, model_version()):
        yield "The results are of another version of the model than the one whose grades and sources stand here."
    if subject.replaced:
        yield "Some behaviours of the model were replaced by others that are not described here."


def _of_setting(subject: Subject) -> Iterator[str]:
    wards = len(subject.scenario.wards) if subject.scenario else 0
    where = f" of {counted(wards, 'ward')}" if wards else ""
    yield f"All arms change one scenario{where}. Another hospital may give another answer."
    if subject.days <= DAYS_PER_YEAR:
        yield (
            f"Runs are counted for {subject.days:,} days. What takes longer, such as learning, staff leaving and a "
            "change of lead, has hardly begun to show."
        )
