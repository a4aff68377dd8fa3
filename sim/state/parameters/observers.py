"""Parameters of the virtual observers: what a study sees of what happened."""

from sim.state.parameters.registry import Module

OBSERVER_PARAMETERS = Module("observers", "how studies look: chart review, direct observation, survey")
OBSERVER_PARAMETERS.number(
    "chart_finds_event",
    0.9,
    0,
    1,
    "chance",
    "chance that a review of the chart finds an adverse event of the stay",
    "trigger tools and two-stage review miss some; level assumed",
    "assumed",
)
OBSERVER_PARAMETERS.number(
    "chart_judges_right",
    0.85,
    0,
    1,
    "chance",
    "chance that reviewers judge rightly whether it could have been prevented",
    "agreement of reviewers is moderate (de Vries 2008); level assumed",
    "assumed",
)
OBSERVER_PARAMETERS.number(
    "watcher_sees",
    0.95,
    0,
    1,
    "chance",
    "chance that somebody who watches a dose being given sees that it is wrong",
    "direct observation is the most sensitive method (Keers 2013); level assumed",
    "assumed",
)
OBSERVER_PARAMETERS.number(
    "survey_cut",
    0.6,
    0,
    1,
    "0 to 1",
    "belief from which a member of staff answers a survey with 'agree'",
    "a stated convention",
    "assumed",
)
