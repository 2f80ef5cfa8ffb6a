"""People where only households were counted, by a factor that the theatre states."""

from __future__ import annotations

import pandas as pd

from geo.displacement.series import persons
from geo.theatre import HouseholdSize


def with_households_as_persons(displacement: pd.DataFrame, size: HouseholdSize | None) -> pd.DataFrame:
    """The table with people where only households were counted, by a stated factor; as it was without a factor.

    Only the best figure is filled, never lowest and highest; ``unit_reported`` stays "households" and ``rule`` names
    the factor and its source.
    """
    if size is None:
        return displacement
    bare = displacement["households"].notna() & persons(displacement).isna()
    words = f"{size.persons:g} persons a household ({size.source})"
    rule = (displacement["rule"] + "; " + words).fillna(words)
    people = (displacement["households"] * size.persons).round()
    return displacement.assign(
        persons_best=displacement["persons_best"].mask(bare, people), rule=displacement["rule"].mask(bare, rule)
    )
