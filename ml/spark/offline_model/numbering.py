"""Numbers rows in an order, without bringing them to one machine."""

from __future__ import annotations

from functools import reduce
from itertools import accumulate

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

# monotonically_increasing_id() holds the partition above these bits, and the row in it below.
_ROW_BITS = 33


def number_rows(frame: DataFrame, order: list[Column], name: str) -> DataFrame:
    """Adds a column with 0 for the first row, 1 for the second, and so on.

    The order has to tell all rows apart: equal ones would get other numbers when a part is computed again.
    """
    ordered = (
        frame.orderBy(*order)
        .withColumn("_part", F.spark_partition_id())
        .withColumn("_row", F.monotonically_increasing_id().bitwiseAND((1 << _ROW_BITS) - 1))
        .persist()
    )
    counts = {row["_part"]: row["count"] for row in ordered.groupBy("_part").count().collect()}
    parts = sorted(counts)
    starts = dict(zip(parts, accumulate((counts[part] for part in parts), initial=0)))
    start = reduce(
        lambda otherwise, part: F.when(F.col("_part") == part, starts[part]).otherwise(otherwise),
        parts,
        F.lit(0),
    )
    return ordered.withColumn(name, F.col("_row") + start).drop("_part", "_row")
