"""Columns of rows of numbers, as Arrow brings them, as matrices. What is wrong with a row is said with the row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute


class Column:
    """A column of so many numbers a row. ``read`` counts rows, so that errors name their place in the partition.

    A null is an error, or the number ``null`` if that is given. ``place`` is where the column is in a batch.
    """

    def __init__(self, name: str, place: int, width: int, raw: str, null: float | None = None):
        self.name, self.place, self.width, self.raw, self.null = name, place, width, np.dtype(raw), null
        self.before = 0

    def read(self, batch: pa.RecordBatch, partition: int) -> np.ndarray:
        """[rows, width]: a list of numbers a row, or as many numbers in bytes, of ``raw``, little-endian."""
        column, n = batch.column(self.place), batch.num_rows
        kind = column.type

        def wrong(row: int, what: str) -> ValueError:
            return ValueError(f"{self.name}: row {self.before + row} of partition {partition} {what}")

        empty = None
        if column.null_count:
            empty = column.is_null().to_numpy(zero_copy_only=False)
            if self.null is None:
                raise wrong(int(np.argmax(empty)), "is null")
            column = column.drop_null()
        present = np.arange(n) if empty is None else np.flatnonzero(~empty)
        if len(present) == 0:
            matrix = np.empty((0, self.width), self.raw)
        elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            matrix = self._of_bytes(column, present, wrong)
        else:
            matrix = self._of_lists(column, present, wrong)
        if empty is not None:
            whole = np.full((n, self.width), self.null, "f4")
            whole[present] = matrix
            matrix = whole
        self.before += n
        return matrix

    def _of_bytes(self, column: pa.Array, present: np.ndarray, wrong) -> np.ndarray:
        lengths = pa.compute.binary_length(column).to_numpy(zero_copy_only=False)
        self._check_lengths(lengths, self.width * self.raw.itemsize, "bytes", present, wrong)
        size = np.int64 if pa.types.is_large_binary(column.type) else np.int32
        offsets = np.frombuffer(column.buffers()[1], size)[column.offset : column.offset + len(column) + 1]
        data = np.frombuffer(column.buffers()[2] or b"", "u1")[offsets[0] : offsets[-1]]
        return data.view(self.raw.newbyteorder("<")).reshape(len(column), self.width)

    def _of_lists(self, column: pa.Array, present: np.ndarray, wrong) -> np.ndarray:
        lengths = pa.compute.list_value_length(column).to_numpy(zero_copy_only=False)
        self._check_lengths(lengths, self.width, "numbers", present, wrong)
        flat = column.flatten()
        if flat.null_count == 0:
            return flat.to_numpy(zero_copy_only=False).reshape(len(column), self.width)
        nulls = flat.is_null().to_numpy(zero_copy_only=False)
        if self.null is None:
            raise wrong(present[int(np.argmax(nulls)) // self.width], "has a null among its numbers")
        values = flat.cast(pa.float64()).to_numpy(zero_copy_only=False).astype("f4")
        values[nulls] = self.null
        return values.reshape(len(column), self.width)

    def _check_lengths(self, lengths: np.ndarray, wanted: int, what: str, present: np.ndarray, wrong) -> None:
        bad = lengths != wanted
        if bad.any():
            at = int(np.argmax(bad))
            raise wrong(present[at], f"has {lengths[at]} {what}, but the model takes {wanted}")


def check_column(df, name: str, argument: str) -> None:
    """On the driver, before any job: an array of numbers, bytes, or a vector of pyspark.ml."""
    from pyspark.sql import types

    if name not in df.columns:
        raise ValueError(f"{argument} must be a column of the DataFrame, which has {', '.join(df.columns)}, but got {name!r}")
    kind = df.schema[name].dataType
    is_list = isinstance(kind, types.ArrayType) and isinstance(kind.elementType, (types.NumericType, types.BooleanType))
    if is_list and isinstance(kind.elementType, types.DecimalType):
        is_list = False
    if not is_list and not isinstance(kind, types.BinaryType) and not _is_vector(df, name):
        raise TypeError(f"{name} must be an array of numbers, binary, or a vector of pyspark.ml, but is {kind.simpleString()}")


def _is_vector(df, name: str) -> bool:
    return df.schema[name].dataType.simpleString() == "vector"


def named(df, name: str):
    """The column of that name, which may have dots."""
    return df["`" + name.replace("`", "``") + "`"]


def numbers_of(df, name: str):
    """A column that was checked, as ``Column`` reads it: vectors as arrays."""
    column = named(df, name)
    if not _is_vector(df, name):
        return column
    from pyspark.ml.functions import vector_to_array
    from pyspark.sql.functions import when

    # Of a null it is an error without the row.
    return when(column.isNotNull(), vector_to_array(column, "float32"))


def numbered(df, columns):
    """A DataFrame of columns without their names, in their places: mapInArrow takes no dots in names."""
    return df.select(*(column.alias(f"column{i}") for i, column in enumerate(columns)))


def lists(values: np.ndarray) -> pa.Array:
    """A column of lists of a matrix's rows; numbers share its memory."""
    rows, width = values.shape
    flat = pa.array(np.ascontiguousarray(values).reshape(-1))
    if rows * width < 2**31:
        return pa.ListArray.from_arrays(pa.array(np.arange(rows + 1, dtype="i8") * width, pa.int32()), flat)
    return pa.LargeListArray.from_arrays(pa.array(np.arange(rows + 1, dtype="i8") * width), flat)
