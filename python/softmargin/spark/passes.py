"""One pass over the rows of a DataFrame, each partition by itself: metrics, loss and gradient."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ..metrics import EXACT_SCORES, MetricStates
from ..loss import MultiLabelSoftMarginLoss, ignored
from ..model import Runner
from ..training import NO_ROWS, Objective
from .columns import Column, check_column, numbered, numbers_of
from .job import broadcast, kernels_of, model_of, partition


def metric_states(
    df,
    model,
    features="features",
    targets="labels",
    curve_thresholds=101,
    ignore_index=None,
    exact_scores=EXACT_SCORES,
) -> MetricStates:
    """Counts at the model's thresholds and curves over all rows, as ``MetricStates``: the same bits for any partitions.

    ``curve_thresholds=None`` makes areas exact where the distinct scores are at most ``exact_scores``.

    ``targets`` is a column of arrays of 0 and 1, or of binary with a byte for each label. Those equal to ``ignore_index`` are
    missing; then nulls are, too.
    """
    model = model_of(model)
    check_column(df, features, "features")
    check_column(df, targets, "targets")
    ignore_index = ignored(ignore_index)
    options = {"curve_thresholds": curve_thresholds, "ignore_index": ignore_index, "exact_scores": exact_scores}
    total = MetricStates(model.num_labels, model.thresholds, **options)
    sent = broadcast(df, model)

    def run(batches):
        tagger, module = sent.value
        k, at = kernels_of(module), partition()
        runner, states = Runner(tagger, k), MetricStates(tagger.num_labels, tagger.thresholds, **options, k=k)
        x, y = Column(features, 0, tagger.num_features, "f4"), Column(targets, 1, tagger.num_labels, "u1", ignore_index)
        for batch in batches:
            states.update(runner.probabilities(x.read(batch, at)), y.read(batch, at))
        yield _row(at, states.to_bytes())

    for state in _collected(df, [features, targets], run):
        total.add_bytes(state)
    return total


def loss_and_gradient(
    df,
    model,
    features="features",
    targets="labels",
    exact=False,
    weight=None,
    pos_weight=None,
    label_smoothing=0.0,
    ignore_index=None,
) -> tuple[float, np.ndarray]:
    """Mean loss over all rows, and its gradient by all parameters one after another, float64. Keywords are those of ``fit``.

    The partitions' sums are added in their order. With ``exact`` they are integers: the same bits for any partitioning, in two
    passes.
    """
    model = model_of(model)
    check_column(df, features, "features")
    check_column(df, targets, "targets")
    loss = MultiLabelSoftMarginLoss(weight, pos_weight, label_smoothing, ignore_index)
    loss.weights(model.num_labels)
    sent = broadcast(df, model)

    def pass_over(compute):
        def run(batches):
            tagger, module = sent.value
            at = partition()
            objective = Objective(tagger, kernels_of(module), exact, loss)
            rows = objective.rows()
            x = Column(features, 0, tagger.num_features, "f4")
            y = Column(targets, 1, tagger.num_labels, "u1", loss.ignore_index)
            for batch in batches:
                rows.add(x.read(batch, at), y.read(batch, at))
            rows.finish()
            yield _row(at, compute(objective, rows).tobytes())

        return _collected(df, [features, targets], run)

    from ..wasm import kernels

    objective = Objective(model, kernels(), exact, loss)
    if not exact:
        total = np.zeros(objective.size + 2)
        for state in pass_over(lambda objective, rows: objective.partial(rows)):
            total += np.frombuffer(state)
        return objective.result(total)
    found = [np.frombuffer(state) for state in pass_over(lambda objective, rows: objective.maxima(rows))]
    if not found:
        raise ValueError(NO_ROWS)
    maxima = np.max(found, axis=0)
    states = pass_over(lambda objective, rows: objective.exact_partial(rows, maxima))
    return objective.exact_result(sum(np.frombuffer(state, "i8") for state in states), maxima)


def _row(task: int, state: bytes) -> pa.RecordBatch:
    columns = [pa.array([task], pa.int32()), pa.array([state], pa.binary())]
    return pa.RecordBatch.from_arrays(columns, names=["task", "state"])


def _collected(df, columns, run) -> list[bytes]:
    """The states of the partitions, in their order."""
    chosen = numbered(df, [numbers_of(df, name) for name in columns])
    rows = chosen.mapInArrow(run, "task int, state binary").collect()
    return [bytes(row.state) for row in sorted(rows, key=lambda row: row.task)]
