"""Reads who touched which product when: the statements of repositories/history.repository.ts, a month at a time."""

from __future__ import annotations

from datetime import datetime
from functools import reduce

from pyspark.sql import DataFrame, SparkSession

from offline_model.connection import Connection

_FETCH_ROWS = 10_000
# Users before anonymous ids, whatever they are called: the first character says which.
_PERSON = "coalesce('0' || coalesce(r.user_id, i.user_id), '1' || r.anonymous_id) as person"
_LINKED = "left join identities i on r.user_id is null and i.anonymous_id = r.anonymous_id"
_SECONDS = "extract(epoch from r.event_at)::float8 as seconds"
_COLUMNS = f"r.occurred_at, {_PERSON}, {_SECONDS}"

_TOUCHES = (
    f"""select {_COLUMNS}, r.product_id, 'view' as kind
        from raw_product_views r {_LINKED} where {{window}}""",
    f"""select {_COLUMNS}, r.product_id, 'add_to_cart' as kind
        from raw_cart_events r {_LINKED} where {{window}} and r.type = 'add_to_cart'""",
    # An order that is reported again is no other purchase.
    f"""select {_COLUMNS}, item ->> 'product_id' as product_id, 'purchase' as kind
        from raw_purchases r {_LINKED} cross join lateral jsonb_array_elements(r.items) item
        where {{window}} and r.type = 'purchase' and exists (
          select from orders o where o.order_id = r.order_id and o.source = r.source and o.event_id = r.event_id
        )""",
)


def read_touches(session: SparkSession, connection: Connection, after: str, upto: str) -> DataFrame:
    """Touches after one moment, up to and with another (ISO 8601, UTC), as (person, product_id, seconds, kind).

    A task of Spark reads what occurred in one month, which is one partition of the table, so that none is read twice.
    """
    window = (
        f"r.event_at > '{_checked(after)}' and r.event_at <= '{_checked(upto)}' and not r.is_bot"
        " and (r.user_id is not null or r.anonymous_id is not null)"
    )
    properties = {**connection.properties, "fetchsize": str(_FETCH_ROWS)}
    frames = (
        session.read.jdbc(
            url=connection.url,
            table=f"({text.format(window=window)}) touches",
            predicates=month_conditions(after, upto),
            properties=properties,
        )
        for text in _TOUCHES
    )
    return reduce(DataFrame.unionByName, frames).drop("occurred_at")


def month_conditions(after: str, upto: str) -> list[str]:
    """Conditions that share out all time: events of clocks that were wrong occurred outside of the window."""
    first, last = _moment(after), _moment(upto)
    months = range(12 * first.year + first.month, 12 * last.year + last.month)
    starts = [f"'{month // 12:04}-{month % 12 + 1:02}-01T00:00:00Z'" for month in months]
    if not starts:
        return ["true"]
    between = [f"occurred_at >= {start} and occurred_at < {end}" for start, end in zip(starts, starts[1:])]
    return [f"occurred_at < {starts[0]}", *between, f"occurred_at >= {starts[-1]}"]


def _checked(text: str) -> str:
    """The text, once it is known to be a moment and nothing else."""
    _moment(text)
    return text


def _moment(text: str) -> datetime:
    # Python 3.9 knows no "Z".
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
