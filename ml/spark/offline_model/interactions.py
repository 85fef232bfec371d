"""How much each person has to do with each product: what ml/pairs/interaction-matrix.ts computes."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from offline_model.numbering import number_rows
from offline_model.plan import AlsOptions, EventWeights

_DAY_SECONDS = 86_400
_MIN_WEIGHT = 1e-9


def interactions(touches: DataFrame, weights: EventWeights, options: AlsOptions, before: float) -> DataFrame:
    """Rows of (person, product_id, value) of the people with several products, the newest `max_people` of them.

    The value is the sum of the touches' weights, halved for each half-life before the second `before`.
    """
    by_kind = F.coalesce(*(F.when(F.col("kind") == kind, weight) for kind, weight in weights.by_kind()))
    days = (F.lit(before) - F.col("seconds")) / _DAY_SECONDS
    weight = F.greatest(F.lit(_MIN_WEIGHT), by_kind * F.pow(F.lit(0.5), days / options.half_life_days))
    people = (
        touches.groupBy("person")
        .agg(F.max("seconds").alias("_newest"), F.countDistinct("product_id").alias("_products"))
        .where(F.col("_products") > 1)
        .orderBy(F.col("_newest").desc(), "person")
        .limit(options.max_people)
    )
    return (
        touches.join(people.select("person"), "person")
        .groupBy("person", "product_id")
        .agg(F.sum(weight).alias("value"))
    )


def number_both(values: DataFrame) -> tuple[DataFrame, DataFrame, DataFrame]:
    """People and products as the whole numbers that ALS takes: (values with user and item, people, products)."""
    people = number_rows(values.select("person").distinct(), [F.col("person")], "user")
    products = number_rows(values.select("product_id").distinct(), [F.col("product_id")], "item")
    numbered = values.join(people, "person").join(products, "product_id")
    return (
        numbered.select(F.col("user").cast("int"), F.col("item").cast("int"), F.col("value").cast("float")),
        people,
        products,
    )
