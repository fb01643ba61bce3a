"""Rows divided among tasks, in an order that is the same each time."""

from __future__ import annotations

from .columns import numbered, numbers_of


def spread(df, columns, tasks: int):
    """These columns, in so many partitions of about as many rows, each in the order of its rows' hashes.

    A shuffle brings rows in the order in which they arrive. Between executors that is another one each time, and sums of
    floats would have other bits.
    """
    from pyspark.sql import functions

    chosen = numbered(df, [numbers_of(df, name) for name in columns])
    return chosen.repartition(tasks).sortWithinPartitions(functions.xxhash64(*chosen.columns))
