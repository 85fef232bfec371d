"""What a run leaves in the database for ml/training to finish: pairs apart, embeddings under its version."""

from __future__ import annotations

import json

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from offline_model.connection import Connection, execute

_WRITERS = 4
"""Connections at once: the database serves the shop meanwhile."""
_BATCH_ROWS = 500


class Staging:
    """Writes under the version of one run."""

    def __init__(self, session: SparkSession, connection: Connection, model_version: str) -> None:
        self._session = session
        self._connection = connection
        self._model_version = model_version

    def read_parameters(self) -> str:
        """The run's parameters, as JSON. ValueError when there is no such run in training."""
        query = "select parameters::text as parameters, model_version from model_runs where status = 'training'"
        runs = self._session.read.jdbc(
            url=self._connection.url, table=f"({query}) runs", properties=self._connection.properties
        )
        found = runs.where(F.col("model_version") == self._model_version).collect()
        if not found:
            raise ValueError(f"no run {self._model_version} is in training")
        return found[0]["parameters"]

    def clear(self) -> None:
        """Removes what an earlier try of the same run left."""
        tables = ("staged_pairs", "product_embeddings", "user_embeddings")
        self._execute([(f"delete from {table} where model_version = ?", [self._model_version]) for table in tables])

    def write_pairs(self, part: str, kind: str, lists: DataFrame) -> None:
        """Lists of (product_id, neighbors, strengths)."""
        self._append("staged_pairs", lists.withColumn("part", F.lit(part)).withColumn("kind", F.lit(kind)))

    def write_embeddings(self, products: DataFrame, people: DataFrame) -> None:
        """Of (product_id, embedding) and (person, embedding)."""
        self._append("product_embeddings", products)
        users = people.select(
            F.expr("substring(person, 2)").alias("user_id"),
            (F.substring("person", 1, 1) == "1").alias("is_anonymous"),
            "embedding",
        )
        self._append("user_embeddings", users)

    def mark_complete(self, facts: dict[str, float]) -> None:
        """Without this mark nobody finishes the run."""
        text = "update model_runs set parameters = parameters || ?::jsonb where model_version = ?"
        self._execute([(text, [json.dumps({"staged": facts}), self._model_version])])

    def _append(self, table: str, rows: DataFrame) -> None:
        named = rows.withColumn("model_version", F.lit(self._model_version))
        properties = {**self._connection.properties, "batchsize": str(_BATCH_ROWS)}
        named.coalesce(_WRITERS).write.jdbc(self._connection.url, table, mode="append", properties=properties)

    def _execute(self, statements: list[tuple[str, list[str]]]) -> None:
        execute(self._session, self._connection, statements)
