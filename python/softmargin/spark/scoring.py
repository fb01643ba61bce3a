"""Scores of a DataFrame."""

from __future__ import annotations

import pyarrow as pa

from ..model import Runner
from .columns import Column, check_column, lists
from .job import broadcast, kernels_of, model_of, partition


def score(df, model, features="features", probabilities="probabilities", labels="labels_predicted", keep=None):
    """A DataFrame with the probabilities (array<float>) and the labels (array<boolean>) of each row, and the columns ``keep``.

    ``features`` is a column of arrays of numbers, or of binary with float32 numbers. A label is given where its probability
    is at least the model's threshold. ``keep`` are all other columns unless it says which. Bits are those of
    ``model.probabilities`` and of JavaScript, whatever the partitions.

    ValueError and TypeError for columns that are not there; a job fails with a sentence for a row that is null or too short.
    """
    from pyspark.sql.types import ArrayType, BooleanType, FloatType, StructField, StructType

    model = model_of(model)
    check_column(df, features, "features")
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
        runner, column, at = Runner(tagger, kernels_of(module)), Column(features, width, "f4"), partition()
        for batch in batches:
            scores = runner.probabilities(column.read(batch, at))
            columns = [batch.column(name) for name in keep]
            yield pa.RecordBatch.from_arrays([*columns, lists(scores), lists(scores >= tagger.thresholds)], names=names)

    selected = df.select(*dict.fromkeys([*keep, features]))
    return selected.mapInArrow(run, StructType([*(df.schema[name] for name in keep), *added]))
