"""Cuts what people touched into visits, as ml/history/visits.ts does."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from offline_model.numbering import number_rows

VISIT_PAUSE_SECONDS = 3600
MAX_TOUCHES = 100
"""What a pair costs grows with the square of a visit, and a crawler's never ends."""


def cut_into_visits(touches: DataFrame) -> DataFrame:
    """Adds to each touch its visit (a column `visit`: text) and its place in it, from 1 (`place`).

    Takes the columns person, product_id, seconds and kind. Of touches in one moment the least product is the newest.
    """
    by_time = Window.partitionBy("person").orderBy("seconds", F.col("product_id").desc(), "kind")
    pause = F.col("seconds") - F.lag("seconds").over(by_time) > VISIT_PAUSE_SECONDS
    of_pause = Window.partitionBy("person", "_nth_pause").orderBy("seconds", F.col("product_id").desc(), "kind")
    return (
        touches.withColumn("_nth_pause", F.sum(F.coalesce(pause, F.lit(False)).cast("int")).over(by_time))
        .withColumn("_nth", F.row_number().over(of_pause) - 1)
        .withColumn("visit", F.concat_ws("/", "person", "_nth_pause", F.floor(F.col("_nth") / MAX_TOUCHES)))
        .withColumn("place", F.col("_nth") % MAX_TOUCHES + 1)
        .drop("_nth_pause", "_nth")
    )


def rank_visits(cut: DataFrame) -> tuple[DataFrame, int]:
    """The visits in the order in which they ended, as (visit, rank, product_count), and how many they are."""
    visits = cut.groupBy("visit").agg(
        F.max("seconds").alias("end_seconds"),
        F.countDistinct("product_id").alias("product_count"),
        F.min(F.struct("person", "seconds")).alias("_start"),
    )
    ranked = number_rows(visits, [F.col("end_seconds"), F.col("_start"), F.col("visit")], "rank").persist()
    return ranked.select("visit", "rank", "product_count"), ranked.count()
