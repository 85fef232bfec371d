"""Products of the same visits: what ml/pairs/visit-pairs.ts computes, as joins."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from offline_model.plan import EventWeights, VisitPairOptions
from offline_model.top_pairs import strongest_pairs
from offline_model.visits import rank_visits

_LENGTH_POWER = 0.5
_SHRINKAGE = 1.0


def visit_pairs(cut: DataFrame, weights: EventWeights, kinds: dict[str, VisitPairOptions]) -> dict[str, DataFrame]:
    """Lists of neighbours for each kind of pair by its options; one pass over the pairs serves all of them."""
    entries = weigh_entries(cut, weights, kinds).persist()
    frequencies = entries.groupBy("product_id").agg(
        *(F.sum(F.col(f"w_{kind}") * F.col("strength") ** 2).alias(f"f_{kind}") for kind in kinds)
    )
    other = entries.select("visit", F.col("product_id").alias("neighbor"), F.col("strength").alias("_strength"))
    together = (
        entries.join(other, "visit")
        .where(F.col("product_id") != F.col("neighbor"))
        .groupBy("product_id", "neighbor")
        .agg(*(F.sum(F.col(f"w_{kind}") * F.col("strength") * F.col("_strength")).alias(f"s_{kind}") for kind in kinds))
        .join(frequencies, "product_id")
        .join(_renamed(frequencies), "neighbor")
        .persist()
    )
    return {kind: strongest_pairs(_scaled(together, kind, options)) for kind, options in kinds.items()}


def weigh_entries(cut: DataFrame, weights: EventWeights, kinds: dict[str, VisitPairOptions]) -> DataFrame:
    """A row for each visit and distinct product: its strength by the kinds of touch, and the visit's weights."""
    visits, count = rank_visits(cut)
    entries = cut.groupBy("visit", "product_id").agg(F.collect_set("kind").alias("_kinds"))
    weighed = entries.join(visits, "visit").withColumn("strength", F.sqrt(_greatest(weights)))
    for kind, options in kinds.items():
        weighed = weighed.withColumn(f"w_{kind}", _visit_weight(options, count))
    return weighed.drop("_kinds", "rank", "product_count")


def _greatest(weights: EventWeights) -> Column:
    present = (F.when(F.array_contains("_kinds", kind), weight).otherwise(0.0) for kind, weight in weights.by_kind())
    return F.greatest(*present)


def _visit_weight(options: VisitPairOptions, count: int) -> Column:
    by_length = F.col("product_count") ** -_LENGTH_POWER
    if options.half_life_share is None:
        return by_length
    age = (F.lit(count - 1) - F.col("rank")) / F.lit(options.half_life_share * count)
    return by_length * F.pow(F.lit(0.5), age)


def _renamed(frequencies: DataFrame) -> DataFrame:
    kinds = [name for name in frequencies.columns if name.startswith("f_")]
    named = reduce(lambda frame, name: frame.withColumnRenamed(name, f"n{name}"), kinds, frequencies)
    return named.withColumnRenamed("product_id", "neighbor")


def _scaled(together: DataFrame, kind: str, options: VisitPairOptions) -> DataFrame:
    own = (F.col(f"f_{kind}") + _SHRINKAGE) ** options.power
    other = (F.col(f"nf_{kind}") + _SHRINKAGE) ** (1 - options.power)
    return together.select("product_id", "neighbor", (F.col(f"s_{kind}") / (own * other)).alias("strength"))
