"""Trains the big part of a model on Spark; see docs/training.md.

    spark-submit --packages org.postgresql:postgresql:42.7.8 train.py VERSION

VERSION is a run that ml/training/plan-run.ts planned. Where the database is: offline_model/connection.py.
"""

from __future__ import annotations

import sys
import time

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from offline_model.connection import read_connection
from offline_model.factor_pairs import factor_pairs
from offline_model.history import read_touches
from offline_model.plan import PARTS, Plan, read_plan
from offline_model.rule_pairs import rule_pairs
from offline_model.staging import Staging
from offline_model.visit_pairs import visit_pairs
from offline_model.visits import cut_into_visits


def train(session: SparkSession, model_version: str) -> None:
    """Runs a plan and marks it complete; an earlier try of the same run is replaced."""
    started_at = time.monotonic()
    connection = read_connection()
    staging = Staging(session, connection, model_version)
    plan = read_plan(staging.read_parameters())
    staging.clear()
    whole = read_touches(session, connection, plan.after, plan.upto).persist()
    for part in PARTS:
        touches = whole.where(F.col("seconds") < plan.before_seconds[part])
        train_part(staging, plan, part, touches)
    staging.mark_complete({"touches": whole.count(), "seconds": round(time.monotonic() - started_at, 1)})


def train_part(staging: Staging, plan: Plan, part: str, touches: DataFrame) -> None:
    """Writes the pairs of all kinds, and the embeddings of what is to be published."""
    cut = cut_into_visits(touches).persist()
    for kind, lists in visit_pairs(cut, plan.event_weights, plan.visit_pairs).items():
        staging.write_pairs(part, kind, lists)
    staging.write_pairs(part, "rules", rule_pairs(cut))
    factors = factor_pairs(touches, plan.event_weights, plan.als, plan.before_seconds[part])
    staging.write_pairs(part, "als", factors.pairs)
    if part == "whole":
        staging.write_embeddings(factors.products, factors.people)
    cut.unpersist()


def main(arguments: list[str]) -> int:
    """Exit status 0 when the run is complete, 2 for wrong usage."""
    if len(arguments) != 1:
        print("usage: train.py VERSION", file=sys.stderr)
        return 2
    builder = SparkSession.builder.appName("bazaarstream-train")
    session = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    try:
        train(session, arguments[0])
    finally:
        session.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
