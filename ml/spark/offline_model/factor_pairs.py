"""Implicit-feedback ALS of MLlib, and the nearest products by the cosine of their factors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from offline_model.interactions import interactions, number_both
from offline_model.plan import AlsOptions, EventWeights
from offline_model.top_pairs import NEIGHBOURS_PER_KIND

_BLOCK_PRODUCTS = 256
_CANDIDATES = 65_536
"""Cosines of a block with so many candidates are in memory at once: 64 MiB."""
_PAIRS_SCHEMA = "product_id string, neighbors array<string>, strengths array<float>"


class FactorPairs(NamedTuple):
    """Lists of neighbours, and what they were found with: (product_id, embedding) and (person, embedding)."""

    pairs: DataFrame
    products: DataFrame
    people: DataFrame


def factor_pairs(touches: DataFrame, weights: EventWeights, options: AlsOptions, before: float) -> FactorPairs:
    """Trains on what was touched before the second `before`."""
    values = interactions(touches, weights, options, before).persist()
    numbered, people, products = number_both(values)
    blocks = values.sparkSession.sparkContext.defaultParallelism
    model = ALS(
        numUserBlocks=blocks,
        numItemBlocks=blocks,
        rank=options.factors,
        maxIter=options.iterations,
        implicitPrefs=True,
        alpha=options.alpha,
        regParam=_regularization_per_rating(values, options),
        seed=options.seed,
        userCol="user",
        itemCol="item",
        ratingCol="value",
    ).fit(numbered)
    item_factors = model.itemFactors.join(products, F.col("id") == F.col("item"))
    user_factors = model.userFactors.join(people, F.col("id") == F.col("user"))
    of_products = item_factors.select("product_id", F.col("features").alias("embedding")).persist()
    return FactorPairs(
        pairs=_nearest(of_products),
        products=of_products,
        people=user_factors.select("person", F.col("features").alias("embedding")),
    )


def _regularization_per_rating(values: DataFrame, options: AlsOptions) -> float:
    """MLlib multiplies it by the ratings of each person and product; ours is the same for all."""
    counts = values.groupBy("person").count()
    return options.regularization / (counts.agg(F.avg("count")).first()[0] or 1)


def _nearest(products: DataFrame) -> DataFrame:
    """Compares all with all, exactly; a list is (product_id, neighbors, strengths), nearest first."""
    session = products.sparkSession
    rows = products.orderBy("product_id").collect()
    ids = [row["product_id"] for row in rows]
    units = _unit_rows(np.array([row["embedding"] for row in rows], dtype=np.float32))
    shared = session.sparkContext.broadcast((ids, units))
    blocks = range(0, len(ids), _BLOCK_PRODUCTS)
    partitions = max(1, min(len(blocks), 4 * session.sparkContext.defaultParallelism))

    def compare(starts: Iterator[int]) -> Iterator[tuple[str, list[str], list[float]]]:
        known_ids, known_units = shared.value
        for start in starts:
            yield from _nearest_of_block(known_ids, known_units, start)

    lists = session.sparkContext.parallelize(blocks, partitions).mapPartitions(compare)
    return session.createDataFrame(lists, _PAIRS_SCHEMA)


def _unit_rows(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)


def _nearest_of_block(ids: list[str], units: np.ndarray, start: int) -> Iterator[tuple[str, list[str], list[float]]]:
    block = units[start : start + _BLOCK_PRODUCTS]
    best = [np.empty((len(block), 0), dtype=kind) for kind in (np.float32, np.int64)]
    for first in range(0, len(units), _CANDIDATES):
        cosines = block @ units[first : first + _CANDIDATES].T
        numbers = np.broadcast_to(np.arange(first, first + cosines.shape[1]), cosines.shape)
        best = _keep_best(np.hstack([best[0], cosines]), np.hstack([best[1], numbers]))
    for row, (cosines, numbers) in enumerate(zip(*best)):
        kept = [(n, c) for n, c in zip(numbers, cosines) if c > 0 and n != start + row][:NEIGHBOURS_PER_KIND]
        yield ids[start + row], [ids[number] for number, _ in kept], [float(cosine) for _, cosine in kept]


def _keep_best(cosines: np.ndarray, numbers: np.ndarray) -> list[np.ndarray]:
    """One more than is kept, because a product is its own nearest. Of equals the lower number comes first."""
    count = min(NEIGHBOURS_PER_KIND + 1, cosines.shape[1])
    chosen = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
    some_cosines = np.take_along_axis(cosines, chosen, axis=1)
    some_numbers = np.take_along_axis(numbers, chosen, axis=1)
    order = np.lexsort((some_numbers, -some_cosines), axis=1)
    return [np.take_along_axis(some_cosines, order, axis=1), np.take_along_axis(some_numbers, order, axis=1)]
