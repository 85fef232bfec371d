"""Where the database is, and what Spark needs to speak with it."""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from pyspark.sql import SparkSession

_POOLER = "-pooler"
"""Neon's pooled host has this behind its first label; a connection of hours takes the direct one."""


class Connection(NamedTuple):
    """A JDBC address without credentials, and the properties that have them."""

    url: str
    properties: dict[str, str]


def read_connection() -> Connection:
    """From the secret that DATABASE_SECRET_ARN names, or else from DATABASE_URL; the value is in no message."""
    secret_arn = os.environ.get("DATABASE_SECRET_ARN")
    address = os.environ.get("DATABASE_URL") if secret_arn is None else _read_secret(secret_arn).get("url")
    if address is None:
        raise ValueError("neither DATABASE_SECRET_ARN nor DATABASE_URL tells where the database is")
    return jdbc_connection(address)


def _read_secret(secret_arn: str) -> dict[str, str]:
    # Part of the images of EMR Serverless, and needed nowhere else.
    import boto3

    answer = boto3.client("secretsmanager").get_secret_value(SecretId=secret_arn)
    return json.loads(answer["SecretString"])


def jdbc_connection(address: str) -> Connection:
    """The JDBC form of `postgresql://role:password@host:port/database?sslmode=require`."""
    parts = urlsplit(address)
    host, _, domain = (parts.hostname or "").partition(".")
    direct = ".".join(filter(None, [host.removesuffix(_POOLER), domain]))
    mode = parse_qs(parts.query).get("sslmode", ["prefer"])[0]
    return Connection(
        url=f"jdbc:postgresql://{direct}:{parts.port or 5432}{parts.path}?sslmode={mode}",
        properties={
            "user": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "driver": "org.postgresql.Driver",
            "reWriteBatchedInserts": "true",
            "ApplicationName": "bazaarstream-spark",
        },
    )


def execute(session: SparkSession, connection: Connection, statements: list[tuple[str, list[str]]]) -> None:
    """Runs statements in one transaction, through the driver that Spark has anyway."""
    java: Any = session.sparkContext._jvm
    properties = java.java.util.Properties()
    for name, value in connection.properties.items():
        properties.setProperty(name, value)
    opened = java.org.postgresql.Driver().connect(connection.url, properties)
    try:
        opened.setAutoCommit(False)
        for text, values in statements:
            prepared = opened.prepareStatement(text)
            for place, value in enumerate(values, start=1):
                prepared.setString(place, value)
            prepared.execute()
        opened.commit()
    finally:
        opened.close()
