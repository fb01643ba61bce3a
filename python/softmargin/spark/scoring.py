"""Scores of a DataFrame."""

from __future__ import annotations

import pyarrow as pa

from ..model import Runner
from .columns import Column, check_column, lists, named, numbered, numbers_of
from .job import broadcast, kernels_of, model_of, partition


def score(df, model, features="features", probabilities="probabilities", labels="labels_predicted", keep=None):
    """A DataFrame with the probabilities (array<float>) and the labels (array<boolean>) of each row, and the columns ``keep``.

    ``features`` is a column of arrays of numbers, of binary with float32 numbers, or of vectors of pyspark.ml. A label is given where its probability
    is at least the model's threshold. ``keep`` are all other columns unless it says which. Bits are those of
    ``model.probabilities`` and of JavaScript, whatever the partitions.

    ValueError and TypeError for columns that are not there; a job fails with a sentence for a row that is null or too short.
    """
    from pyspark.sql.types import ArrayType, BooleanType, FloatType, StructField, StructType

    model = model_of(model)
    check_column(df, features, "features")
    if isinstance(keep, str):
        raise TypeError(f"keep must be a list of names of columns, but got {keep!r}")
    keep = [name for name in df.columns if name != features] if keep is None else list(keep)
    for name in keep:
        if name not in df.columns:
            raise ValueError(f"keep must name columns of the DataFrame, which has {', '.join(df.columns)}, but got {name!r}")
    names = [*keep, probabilities, labels]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"score: there would be two columns {twice}: name probabilities and labels otherwise, or keep fewer")
    added = [
        StructField(probabilities, ArrayType(FloatType(), False), False),
        StructField(labels, ArrayType(BooleanType(), False), False),
    ]
    sent = broadcast(df, model)
    width = model.num_features

    def run(batches):
        tagger, module = sent.value
        runner, at = Runner(tagger, kernels_of(module)), partition()
        column = Column(features, len(keep), width, "f4")
        for batch in batches:
            scores = runner.probabilities(column.read(batch, at))
            columns = batch.columns[: len(keep)]
            yield pa.RecordBatch.from_arrays([*columns, lists(scores), lists(scores >= tagger.thresholds)], names=names)

    # Features may be kept too, as they are.
    selected = numbered(df, [*(named(df, name) for name in keep), numbers_of(df, features)])
    return selected.mapInArrow(run, StructType([*(df.schema[name] for name in keep), *added]))
