"""What a run is asked to do: decided by ml/training/plan-run.ts, written to model_runs.parameters, and read here."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

PARTS = ("held_out", "whole")
"""Without the newest visits, on which weights are learnt and models compared; and with all, to be published."""


class EventWeights(NamedTuple):
    """What a touch of each kind says, beside a view."""

    view: float
    add_to_cart: float
    purchase: float

    def by_kind(self) -> list[tuple[str, float]]:
        """The weights with the kinds' names."""
        return list(self._asdict().items())


class VisitPairOptions(NamedTuple):
    """See ml/pairs/visit-pairs.ts; `half_life_share` is None where all visits weigh alike."""

    power: float
    half_life_share: float | None


class AlsOptions(NamedTuple):
    """See ml/als/als-options.ts and ml/pairs/interaction-matrix.ts."""

    factors: int
    iterations: int
    alpha: float
    regularization: float
    half_life_days: float
    max_people: int
    seed: int


class Plan(NamedTuple):
    """A run: touches after one moment, up to and with another; for each part those before a second; and the options."""

    after: str
    upto: str
    before_seconds: dict[str, float]
    event_weights: EventWeights
    visit_pairs: dict[str, VisitPairOptions]
    als: AlsOptions


def read_plan(text: str) -> Plan:
    """The plan in a run's parameters. KeyError or TypeError when it is none."""
    parameters: dict[str, Any] = json.loads(text)
    plan = parameters["plan"]
    return Plan(
        after=plan["after"],
        upto=plan["upto"],
        before_seconds={part: plan["before_seconds"][part] for part in PARTS},
        event_weights=EventWeights(**parameters["event_weights"]),
        visit_pairs={
            "cosine": VisitPairOptions(parameters["cosine_power"], None),
            "recent": VisitPairOptions(parameters["recent_power"], parameters["recent_share"]),
        },
        als=AlsOptions(
            factors=parameters["factors"],
            iterations=parameters["iterations"],
            alpha=parameters["alpha"],
            regularization=parameters["regularization"],
            half_life_days=parameters["confidence_half_life_days"],
            max_people=plan["max_people"],
            seed=plan["seed"],
        ),
    )
