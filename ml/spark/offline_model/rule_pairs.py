"""What followed a product in the same visit: what ml/pairs/rule-pairs.ts computes, without a join."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from offline_model.top_pairs import strongest_pairs

_MAX_STEPS = 10
_SHRINKAGE = 3


def rule_pairs(cut: DataFrame) -> DataFrame:
    """Lists of neighbours, from touches with their visit and place."""
    in_visit = Window.partitionBy("visit").orderBy("place")
    steps = range(1, _MAX_STEPS + 1)
    ahead = cut.select("product_id", *(F.lead("product_id", step).over(in_visit).alias(f"_{step}") for step in steps))
    later = (F.struct(F.col(f"_{step}").alias("neighbor"), F.lit(1.0 / step).alias("share")) for step in steps)
    followed = (
        ahead.select("product_id", F.explode(F.array(*later)).alias("_later"))
        .select("product_id", "_later.neighbor", "_later.share")
        .where(F.col("neighbor").isNotNull())
        .groupBy("product_id", "neighbor")
        .agg(F.sum("share").alias("_sum"))
    )
    visits = cut.groupBy("product_id").agg(F.countDistinct("visit").alias("_visits"))
    return strongest_pairs(
        followed.join(visits, "product_id").select(
            "product_id", "neighbor", (F.col("_sum") / (F.col("_visits") + _SHRINKAGE)).alias("strength")
        )
    )
