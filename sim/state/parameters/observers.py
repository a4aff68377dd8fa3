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
    "trigger tools and two-stage review miss some, since not all is written down: one in ten",
    "assumed",
)
OBSERVER_PARAMETERS.number(
    "chart_judges_right",
    0.85,
    0,
    1,
    "chance",
    "chance that reviewers judge rightly whether it could have been prevented",
    "reviewers agree moderately on what could be prevented: well above chance (one half), and far from always",
    "assumed",
)
OBSERVER_PARAMETERS.number(
    "chart_finds_harmless",
    0.022,
    0,
    1,
    "chance",
    "chance that a review of the chart finds an error that reached the patient and did no harm",
    "level set near 324 incidents by chart review or report in 1,006 admissions (Sari 2007 BMJ)",
    "assumed",
)
OBSERVER_PARAMETERS.number(
    "study_finds_error",
    0.18,
    0,
    1,
    "chance",
    "chance that a study of medication errors finds one by self-report or in the charts",
    "level set near 5.3 errors found per 100 orders (Bates 1995)",
    "assumed",
)
OBSERVER_PARAMETERS.number(
    "logs_error",
    0.05,
    0,
    1,
    "chance",
    "chance that a nurse enters an error of her own that she knows of in a study's logbook",
    "a logbook holds what its keeper knows of, has time for and cares to tell: one in twenty; hardly matters to a "
    "ratio of odds",
    "assumed",
)
OBSERVER_PARAMETERS.number(
    "watcher_sees",
    0.95,
    0,
    1,
    "chance",
    "chance that somebody who watches a dose being given sees that it is wrong",
    "Keers 2013 rests on direct observation; who watches for errors misses few: one in twenty",
    "assumed",
)
OBSERVER_PARAMETERS.number(
    "survey_cut",
    0.6,
    0,
    1,
    "0 to 1",
    "belief from which a member of staff answers a survey with 'agree'",
    "a convention: of five equal steps from 'strongly disagree' the fourth, 'agree', begins at 0.6",
    "assumed",
)
