"""Every row of state, declared once: name, type, unit, meaning.

A table is a NumPy array whose rows are records, so that `nurse.fatigue += 0.1` reads the same whether it
is compiled, interpreted or typed in a notebook, and always changes the one place where it is stored.
(A `recarray` would do the same, but numba takes eight times longer to accept one as an argument.)
"""

from dataclasses import dataclass

import numpy as np

from sim.state.vocabulary import ACTIVITIES, ERRORS, GOALS, GRADES_THAT_LEAD, MODES, TASKS, TICKS_PER_DAY

SHIFTS_OF_A_GROUP = 3
ELEMENTS_OF_TREATMENT = 8
CONDITIONS = 4
MOST_HAZARDS = 64


@dataclass(frozen=True)
class Field:
    """One column of a row: its `kind` is int or float, `size` above one makes it a short vector."""

    name: str
    kind: type
    unit: str
    meaning: str
    size: int = 1

    @property
    def spec(self) -> tuple:
        """The column as NumPy declares it."""
        code = "i8" if self.kind is int else "f8"
        return (self.name, code) if self.size == 1 else (self.name, code, (self.size,))


def record_layout(layout: np.dtype) -> np.dtype:
    """The same layout for rows whose columns are attributes."""
    return np.dtype((np.record, layout))


@dataclass(frozen=True)
class Row:
    """A kind of row: what it stands for and its fields."""

    name: str
    meaning: str
    fields: tuple[Field, ...]

    @property
    def dtype(self) -> np.dtype:
        """The NumPy layout of one row."""
        return np.dtype([field.spec for field in self.fields], align=True)

    def table(self, rows: int) -> np.ndarray:
        """A table of `rows` rows, all zero."""
        return np.zeros(rows, record_layout(self.dtype))


STAFF = Row(
    "staff",
    "one member of staff in a post: a nurse, doctor, pharmacist or manager",
    (
        Field("identity", int, "key", "the post and the number of the hire: whose luck this is"),
        Field("post", int, "number", "the post within its group, which gives the order of the rota"),
        Field("ward", int, "number", "the ward of the post; for a division's manager, its first ward"),
        Field("division", int, "number", "the division of the post"),
        Field("profession", int, "category", "nurse, doctor, pharmacist or manager"),
        Field("grade", int, "category", "the grade within the profession"),
        Field("group", int, "number", "the staff group whose rota this post is on"),
        Field("status", float, "0 to 1", "standing in the professional hierarchy"),
        Field("skill", float, "0 to 1", "how well tasks of the profession are done"),
        Field("habit", float, "0 to 1", "how far tasks are done in the person's own way"),
        Field("weights", float, "0 to 1", "goal weights: outcome, timeliness, throughput, standard", len(GOALS)),
        Field("leaning", float, "0 to 1", "goal weights that are the person's own, whatever others want", len(GOALS)),
        Field("identification", float, "0 to 1", "how far the organisation's goals are the person's own"),
        Field("confidence", float, "0 to 1", "what the person thinks to reach without effort"),
        Field("effort", float, "0 to 1", "effort made in this shift; 0.5: as usual"),
        Field("voice_is_safe", float, "0 to 1", "belief that speaking up is safe"),
        Field("voice_is_acted_on", float, "0 to 1", "belief that what is said is acted on"),
        Field("inviting", float, "0 to 1", "how inviting the person is when somebody speaks up"),
        Field("trust", float, "0 to 1", "trust in the ward's lead"),
        Field("capability", float, "0 to 1", "ability to decide where no rule covers"),
        Field("engagement", float, "0 to 1", "how much the work matters to the person"),
        Field("wary", float, "0 to 1", "how much the person reckons with blame"),
        Field("process_seems", float, "0 to 1", "share of the own kind of work done by the norm, as the person thinks"),
        Field("pressure", float, "0 to 1", "pressure to meet the target"),
        Field("pressed", int, "hundredths", "pressure that was passed on, not yet taken in"),
        Field("rigour", int, "readings", "readings of a response that the person has learned to add"),
        Field("exhaustion", float, "0 to 1", "how worn out the person is by the shifts of late"),
        Field("shifts_here", int, "shifts", "shifts worked on this ward since the person came"),
        Field("familiarity", float, "ratio", "skill on this ward against that of somebody who knows it well"),
        Field("leaving", int, "0 or 1", "whether the person has resolved to leave the post"),
        Field("vacant_until", int, "tick", "until when the post stands empty"),
        Field("to_review", int, "decisions", "decisions of one's own whose results are to be reviewed"),
        Field("poor_to_review", int, "decisions", "of those, decisions that fitted badly"),
        Field("reported", int, "0 or 1", "whether an incident in the person's work was reported and not gone into"),
        Field("own_errors", int, "errors", "errors of her own that the person knows of since the shift began"),
        Field("idea_carried", int, "0 or 1", "whether an idea of the person's was ever carried out"),
        Field("unsaid", int, "place and 1", "a hazard that the person saw and told nobody; 0: none"),
        Field("lead_seen", int, "quarter-hours", "what the lead was seen to do, not yet taken in", len(ACTIVITIES)),
        Field("promises_heard", int, "percent of an event", "promises of the lead overheard, not yet taken in"),
        Field("promises_seen", int, "percent of an event", "of these, those that were kept"),
        Field("sightings", int, "quarter-hours", "all of that together"),
        Field("lead_near", int, "quarter-hours", "time since midnight in which the lead was seen near, not at a desk"),
        Field("helped", int, "0 or 1", "whether the manager takes a task off the person in this tick"),
        Field("safety_heard", int, "percent of an event", "answers to voice met or overheard, not yet taken in"),
        Field("safety_felt", int, "percent squared", "of these, how safe they felt"),
        Field("action_heard", int, "percent of an event", "concerns whose fate was seen, not yet taken in"),
        Field("action_seen", int, "percent of an event", "of these, those that were acted on"),
        Field("on_shift", int, "0 or 1", "whether at work"),
        Field("absent", int, "0 or 1", "whether rostered for this shift and ill"),
        Field("cover", int, "0 or 1", "whether an agency colleague holds the post this shift"),
        Field("shift_began", int, "tick", "when the present or the last shift began"),
        Field("shift_ends", int, "tick", "when the present or the last shift ends"),
        Field("presence", float, "0 to 1", "share of the shift spent on this ward (on-call staff cover several)"),
        Field("away", int, "0 or 1", "whether on another ward in this tick"),
        Field("first_bed", int, "bed", "the first bed of those cared for this shift"),
        Field("end_bed", int, "bed", "the bed after the last of those cared for this shift"),
        Field("tiredness", float, "0 to 1", "tiredness that was brought to this shift"),
        Field("fatigue", float, "0 to 1", "tiredness now"),
        Field("engaged", int, "quarter-hours", "time that is taken up already by what was begun before"),
        Field("waiting", int, "tasks", "tasks due among this person's patients, at the last look"),
        Field("hurried", int, "0 or 1", "whether hurrying in this tick"),
        Field("interrupting", int, "times", "interruptions by colleagues that will be felt in the next tick"),
        Field("interruptions", int, "times", "interruptions in this tick"),
        Field("task", int, "category", "the task chosen in this tick; -1: none", 2),
        Field("bed", int, "bed", "the bed at which each task is", 2),
        Field("contacts", int, "contacts", "contacts"),
        Field("steps", int, "steps", "pathway steps done"),
        Field("steps_followed", int, "steps", "of those steps, done as the pathway says"),
        Field("occasions", int, "occasions", "times that the person had something to say"),
        Field("spoken", int, "occasions", "of those, times that it was said"),
        Field("cover_shifts", int, "shifts", "shifts of this post that an agency filled"),
    ),
)

PATIENT = Row(
    "patient",
    "one patient in a bed or waiting for one; place 0 means that the bed or chair is empty",
    (
        Field("identity", int, "key", "arrival stream, tick, order in the tick and episode: whose luck this is"),
        Field("place", int, "category", "nowhere, waiting or in a bed"),
        Field("home_ward", int, "number", "the ward that the condition belongs to"),
        Field("ward", int, "number", "the ward where the patient is; -1 while waiting"),
        Field("illness", int, "category", "mode of care that the condition needed before more was known of it"),
        Field("mode", int, "category", "mode of care that the condition needs"),
        Field("urgency", int, "category", "elective, urgent or emergency"),
        Field("frailty", float, "0 to 1", "what illness and age take away, whatever is done"),
        Field("arrived", int, "tick", "arrival"),
        Field("admitted", int, "tick", "admission to a bed"),
        Field("recovery_left", float, "hours", "hours of fully effective care still needed"),
        Field("recovery_needed", float, "hours", "the same at admission"),
        Field("effect", float, "0 to 1", "how effective present care is for this patient"),
        Field("state", int, "category", "latent physiology: stable, deteriorating, critical, dead"),
        Field("worse_since", int, "tick", "when the present deterioration began"),
        Field("recognised", int, "0 or 1", "whether staff know of the present deterioration"),
        Field("missed_rescue", int, "0 or 1", "whether the present deterioration was already counted as missed"),
        Field("escalated", int, "0 or 1", "whether a doctor was called for it"),
        Field("misread", int, "0 or 1", "whether the last observation was misread"),
        Field("fits_pathway", int, "0 or 1", "whether the ward's pathway fits this patient"),
        Field("set_aside", int, "0 or 1", "whether the pathway was set aside for this patient"),
        Field("step", int, "steps", "pathway or treatment steps done"),
        Field("on_pathway", float, "0 to 1", "recent share of steps done as the pathway says"),
        Field("option", int, "category", "treatment chosen; -1: none yet"),
        Field("clinical_option", int, "category", "the known option that works best by the disease alone"),
        Field("best_option", int, "category", "the known option that suits this patient best, preferences counted"),
        Field("asked", int, "0 or 1", "whether the patient was asked about preferences"),
        Field("plan_made", int, "0 or 1", "whether a plan was made for complications that are known"),
        Field("condition", int, "number", "the group of conditions, whose patients share a part of what works"),
        Field("exception", int, "category", "where a decision that no rule covers stands"),
        Field("exception_about", int, "category", "what that decision is about: a domain of decisions"),
        Field("exception_layer", int, "layers", "in whose inbox it waits: 0 the ward, 1 the division, 2 the hospital"),
        Field("exception_since", int, "tick", "since when it is needed"),
        Field("decision_fit", float, "0 to 1", "how well the last such decision fits this patient"),
        Field("interactions", int, "elements", "with how many others each element of treatment interacts"),
        Field("treatment", int, "bits", "elements of treatment now in use"),
        Field("tried", int, "bits", "elements tried since the last change that was kept"),
        Field("trial", int, "element", "the element that is on trial; -1: none"),
        Field("further_readings", int, "readings", "readings to add at the next review of the trial"),
        Field("response_before", float, "0 to 1", "response as it was read before the trial"),
        Field("wrong_orders", int, "orders", "orders written wrongly and not yet corrected or carried out"),
        Field("ambiguous_orders", int, "orders", "orders with a term that two professions read differently"),
        Field("wrong_orders_given", int, "orders", "orders carried out wrongly and not yet found"),
        Field("unchecked_orders", int, "orders", "orders that a pharmacist has not yet seen"),
        Field("harm", float, "hours", "harm so far, as added hours of recovery"),
        Field("preventable_events", int, "events", "adverse events that care could have prevented"),
        Field("other_events", int, "events", "adverse events that nobody could have prevented"),
        Field("reports_of_harm", int, "reports", "incident reports about harm to the patient in this stay"),
        Field("incident_reports", int, "reports", "incident reports about this patient"),
        Field("boarded", int, "0 or 1", "whether in a bed of another ward than the home ward"),
        Field("discharge_gap", int, "0 or 1", "whether the discharge letter left something out"),
        Field("fit_since", int, "tick", "when recovery was complete; -1: not yet"),
        Field("package_until", int, "tick", "until when a package of care outside is waited for"),
        Field("letter_done", int, "0 or 1", "whether the discharge letter is written"),
        Field("leaves", int, "0 or 1", "whether the patient leaves in this tick"),
        Field("due", int, "tick", "when each task is next due", len(TASKS)),
    ),
)

WARD = Row(
    "ward",
    "a clinical microsystem: beds, staff, pathway and latent hazards",
    (
        Field("identity", int, "key", "the arrival stream: whose luck this is"),
        Field("division", int, "number", "the division it belongs to"),
        Field("beds_from", int, "row", "its first bed in the table of patients"),
        Field("beds_to", int, "row", "the row after its last bed"),
        Field("nurses_from", int, "row", "its first nurse"),
        Field("nurses_to", int, "row", "the row after its last nurse"),
        Field("doctors_from", int, "row", "its first doctor"),
        Field("doctors_to", int, "row", "the row after its last doctor"),
        Field("pharmacists_from", int, "row", "its first pharmacist"),
        Field("pharmacists_to", int, "row", "the row after its last pharmacist"),
        Field("manager", int, "row", "its ward manager"),
        Field("mode_mix", float, "0 to 1", "share of admissions in each mode of care", len(MODES)),
        Field("arrivals_per_day", float, "patients/day", "mean arrivals"),
        Field("emergency_share", float, "0 to 1", "share of arrivals that are urgent or emergencies"),
        Field("pathway_quality", float, "0 to 1", "how effective the pathway is for those it fits"),
        Field("pathway_fit", float, "0 to 1", "share of repetitive patients whom the pathway fits"),
        Field("fragmentation", float, "0 to 1", "how far care around the ward is split between services"),
        Field(
            "steps_followed_share", float, "0 to 1", "share of steps that followed the pathway, on the last day of any"
        ),
        Field("steps_before", int, "steps", "steps in the records up to the last midnight"),
        Field("followed_before", int, "steps", "of those, steps that followed the pathway"),
        Field("protocol_share", float, "0 to 1", "share of treatments that began by protocol, on the last day of any"),
        Field("begun_before", int, "treatments", "treatments in the records up to the last midnight"),
        Field("by_protocol_before", int, "treatments", "of those, begun by protocol"),
        Field("target_stops", int, "category", "what stops the clock of the target; -1: there is no target"),
        Field("target_starts", int, "category", "what starts the clock of the target"),
        Field("target_deadline", int, "ticks", "time within which the clock is to stop"),
        Field("target_by_clock", int, "0 or 1", "whether nobody who does the work records the time"),
        Field("clocks_stopped", int, "patients", "patients whose clock has stopped"),
        Field("clocks_in_time", int, "patients", "of those, recorded as in time"),
        Field("pathway_design", float, "0 to 1", "how far the system of work makes the right step the easy one"),
        Field("handover_keeps", float, "0 to 1", "chance that an item survives one handover"),
        Field("checklist", int, "category", "where the checklist stands: unknown, adopted or mandated"),
        Field("structured_handover", int, "category", "where structured handover stands: the same"),
        Field("hazards", int, "hazards", "latent hazards alive, by kind of error they feed", len(ERRORS)),
        Field("hazards_ever", int, "hazards", "hazards that ever arose here: the number of the next"),
        Field("hazard_load", float, "sizes", "how much hazards feed each kind of error: sizes added up", len(ERRORS)),
        Field("hazard_kind", int, "category", "kind of error that each hazard feeds; -1: no hazard here", MOST_HAZARDS),
        Field("hazard_size", float, "of the mean", "how much each hazard feeds errors", MOST_HAZARDS),
        Field("hazard_visible", float, "0 to 1", "how easily people see each hazard for what it is", MOST_HAZARDS),
        Field("hazard_patched_until", int, "tick", "until when a patch hides each hazard", MOST_HAZARDS),
        Field("hazard_patches", int, "times", "patches put on each hazard in this hour", MOST_HAZARDS),
        Field("hazard_taken_up", int, "times", "times that each hazard was taken up in this hour", MOST_HAZARDS),
        Field("hazard_known", int, "0 or 1", "whether the ward's lead knows of each hazard", MOST_HAZARDS),
        Field("hazard_sent_up", int, "times", "times that each hazard was sent up to the division", MOST_HAZARDS),
        Field("ideas_that_work", int, "ideas", "ideas taken up that will make the right step easier"),
        Field("ideas_sent_up", int, "ideas", "ideas that wait for the division"),
        Field(
            "learned",
            int,
            "lessons",
            "lessons drawn from patients of each group of conditions, in each mode of care in turn",
            CONDITIONS * len(MODES),
        ),
        Field("goal", float, "weight", "goals as they are understood on the ward", len(GOALS)),
        Field("changes", int, "0 or 1", "quarter-hours of the day at which a shift begins or ends", TICKS_PER_DAY),
        Field("protocol", int, "bits", "best known treatment of each group of conditions", CONDITIONS),
        Field("queue", int, "patients", "patients waiting whose home ward this is"),
        Field("next_return", int, "tick", "when the next patient who was discharged comes back"),
    ),
)

LEAD = Row(
    "lead",
    "the role of a ward's lead: a style, and what waits for whoever holds it",
    (
        Field("identity", int, "key", "the ward's key: whose luck this is"),
        Field("held_by", int, "category", "who holds the role: consultant, senior nurse, ward manager or several"),
        Field(
            "seats",
            int,
            "key",
            "the posts whose holders lead: of the first consultant, senior nurse and manager",
            len(GRADES_THAT_LEAD),
        ),
        Field("presence", float, "0 to 1", "share of the week of leading that this ward gets"),
        Field("contingent", int, "0 or 1", "whether the week follows the mode of care that the lead sees"),
        Field(
            "hours",
            float,
            "hours/week",
            "a week of leading by activity, for each mode in turn",
            len(MODES) * len(ACTIVITIES),
        ),
        Field("inquiry", float, "0 to 1", "asks rather than advocates"),
        Field("warmth", float, "0 to 1", "tone"),
        Field("quality_language", float, "0 to 1", "speaks of quality rather than of cost"),
        Field("admits_errors", float, "0 to 1", "how often the lead speaks of own errors"),
        Field("keeps_promises", float, "0 to 1", "share of promises that are kept"),
        Field("devolves", float, "0 to 1", "how far decisions are left to others"),
        Field("presses", float, "0 to 1", "how much of the pressure that is felt is passed on"),
        Field("blames", float, "0 to 1", "response to error: 0 looks at the process, 1 at the person"),
        Field(
            "shows_aggregates", float, "0 to 1", "share of feedback of many cases together, for each mode", len(MODES)
        ),
        Field("at_division", int, "0 or 1", "whether the division's manager holds the role"),
        Field("turn", int, "number", "the ward's place among those of the division, if its manager leads them"),
        Field("owed", int, "quarter-hours", "time for leading that was missed this week and can be made up"),
        Field("last_led", int, "tick", "when somebody led last"),
        Field("vacant_until", int, "tick", "until when nobody holds the role"),
        Field("knows_ward", float, "0 to 1", "local knowledge of whoever holds the role"),
        Field("mode", int, "category", "mode of care that the lead believes to be in front of her"),
        Field("looks_at", int, "tick", "when the lead looks at a patient's mode again"),
        Field("looked_at", int, "bed and 1", "the patient last looked at by the lead and not yet spoken of; 0: none"),
        Field("turning_until", int, "tick", "until when turning from one mode to another takes time"),
        Field("pressure", float, "0 to 1", "pressure felt by the gap to the target"),
        Field("required_share", float, "0 to 1", "share of waits that the target wants in time; 0: no target"),
        Field("answers_above", int, "0 or 1", "whether those above the ward see what was met, and press"),
        Field("met_share", float, "0 to 1", "share of waits within the deadline of late, as recorded"),
        Field("stopped_before", int, "patients", "clocks stopped up to the last midnight"),
        Field("in_time_before", int, "patients", "of those, recorded as in time"),
        Field("reports", int, "reports", "incident reports not gone into, by kind of error", len(ERRORS)),
    ),
)

DIVISION = Row(
    "division",
    "a layer of control over wards, with one waiting place and one manager",
    (
        Field("identity", int, "key", "the division's key"),
        Field("wards_from", int, "row", "its first ward"),
        Field("wards_to", int, "row", "the row after its last ward"),
        Field("queue_from", int, "row", "its first waiting place in the table of patients"),
        Field("queue_to", int, "row", "the row after its last waiting place"),
        Field("manager", int, "row", "its manager"),
        Field("goal", float, "weight", "goals as they are understood in the division", len(GOALS)),
        Field("gap", float, "0 to 1", "mean gap of its wards to the target, as recorded up to the day before"),
    ),
)

GROUP = Row(
    "group",
    "people of one grade on one ward, who share a rota",
    (
        Field("ward", int, "number", "the ward"),
        Field("grade", int, "category", "the grade"),
        Field("profession", int, "category", "the profession, which says which table the people are in"),
        Field("people_from", int, "row", "its first person in the table of the profession"),
        Field("people_to", int, "row", "the row after its last person"),
        Field("start", int, "quarter-hour of day", "when each shift starts", SHIFTS_OF_A_GROUP),
        Field("length", int, "ticks", "how long each shift lasts; 0: no such shift", SHIFTS_OF_A_GROUP),
        Field("weekday", int, "people", "how many are needed on Monday to Friday", SHIFTS_OF_A_GROUP),
        Field("weekend", int, "people", "how many are needed at weekends", SHIFTS_OF_A_GROUP),
        Field("presence", float, "0 to 1", "share of the shift spent on this ward", SHIFTS_OF_A_GROUP),
        Field("leaning", float, "0 to 1", "goal weights that are usual in this group", len(GOALS)),
    ),
)

RETURN = Row(
    "return",
    "a discharged patient who will be admitted again",
    (
        Field("identity", int, "key", "identity of the coming episode; 0: this place is free"),
        Field("tick", int, "tick", "when"),
        Field("illness", int, "category", "mode of care that the condition needed before more was known of it"),
        Field("mode", int, "category", "mode of care"),
        Field("frailty", float, "0 to 1", "as before"),
    ),
)

ROWS = (STAFF, PATIENT, WARD, LEAD, DIVISION, GROUP, RETURN)
