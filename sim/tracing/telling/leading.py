"""What is told of leading: what the lead's time goes to, and where it touches one patient."""

from collections.abc import Generator
from typing import Any

from sim.state.vocabulary import ACTIVITIES
from sim.tracing.events import name_of
from sim.tracing.watching import Call, Watch, listens

SPENDS = "the lead spends the time"


@listens("spends_quarter_on")
def a_quarter_of_an_hour(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """What a quarter of an hour of leading goes to."""
    ward = watch.ward_name(int(call.role.identity) - 1)
    activity = ACTIVITIES[call.activity].replace("_", " ")
    words = f"{name_of(call.lead)}, who leads {ward}, spent a quarter of an hour on: {activity}"
    watch.tell("lead", words, call.lead, SPENDS)
    yield


@listens("meets")
def a_meeting(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Whom the lead meets."""
    watch.tell("lead", f"{name_of(call.lead)} met {name_of(call.person)}", call.lead, SPENDS)
    yield


@listens("settles_together")
def a_conference(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """The lead convenes the team about a patient."""
    words = f"{name_of(call.lead)} brought the team together about the patient"
    watch.tell("lead", words, call.lead, "the lead convened it", on_record=True)
    yield


@listens("may_hand_over")
def a_succession(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A lead may leave the role."""
    before = int(call.role.vacant_until)
    yield
    if int(call.role.vacant_until) != before:
        watch.tell("lead", f"the lead of {watch.ward_name(int(call.role.identity) - 1)} left", None, "the lead leaves")
