"""Keeps of each product its strongest neighbours."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

NEIGHBOURS_PER_KIND = 100
"""As many as ml/pairs/pair-list.ts keeps."""


def strongest_pairs(pairs: DataFrame) -> DataFrame:
    """Lists of (product_id, neighbors, strengths) from pairs of (product_id, neighbor, strength), strongest first.

    Of equal strength the lower product comes first; only what is above zero is kept.
    """
    by_strength = Window.partitionBy("product_id").orderBy(F.col("strength").desc(), "neighbor")
    places = (
        pairs.where((F.col("strength") > 0) & (F.col("product_id") != F.col("neighbor")))
        .withColumn("_place", F.row_number().over(by_strength))
        .where(F.col("_place") <= NEIGHBOURS_PER_KIND)
    )
    lists = places.groupBy("product_id").agg(
        F.sort_array(F.collect_list(F.struct("_place", "neighbor", "strength"))).alias("_list")
    )
    return lists.select(
        "product_id",
        F.col("_list.neighbor").alias("neighbors"),
        F.col("_list.strength").cast("array<float>").alias("strengths"),
    )
