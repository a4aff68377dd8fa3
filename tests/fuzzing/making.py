"""Making a case from the seed of its series and its number."""

import random

from tests.fuzzing import hostile, nearly, valid
from tests.fuzzing.cases import FORMS, KINDS, SHARES_OF_FORMS, Case, Files, Wanted


def case(seed: int, number: int, short: bool = False) -> Case:
    """The case of a number: kinds come in turn.

    Args:
        seed: of the whole series.
        number: from 0.
        short: whether hospitals are small and are watched for a few days, so that they can be run.
    """
    luck = random.Random(f"{seed}/{number}")
    kind = KINDS[number % len(KINDS)]
    form = luck.choices(FORMS, SHARES_OF_FORMS)[0]
    contents = valid.contents(luck, form, short)
    files: Files
    wanted: tuple[Wanted, ...] = ()
    if kind == "valid":
        how, files = "as it is", valid.files(luck, contents)
    elif kind == "nearly valid":
        how, files, wanted = nearly.spoilt(luck, form, contents)
    else:
        how, files = hostile.spoilt(luck, form, contents)
    return Case(number, kind, form, how, files, wanted)
