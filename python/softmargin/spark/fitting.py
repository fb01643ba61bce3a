"""Training on a DataFrame: one barrier stage whose tasks keep their rows in linear memory."""

from __future__ import annotations

import io
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from ..loss import MultiLabelSoftMarginLoss
from ..model import Model
from ..optim import optimizer as optimizer_of
from ..training import NO_ROWS, Minibatches, Objective, train
from .columns import Column, check_column
from .group import Group
from .job import broadcast, kernels_of, model_of, partition
from .order import spread


@dataclass
class Fitted:
    """What ``fit`` gives: a new model, the loss before each step and in the end, and how many rows it saw."""

    model: Model
    losses: list[float]
    rows: int


def fit(
    df,
    model,
    optimizer="lbfgs",
    steps=20,
    features="features",
    targets="labels",
    exact=False,
    tasks=None,
    checkpoint=None,
    weight=None,
    pos_weight=None,
    label_smoothing=0.0,
    ignore_index=None,
    batch_size=None,
    seed=0,
    drop_last=False,
    **options,
) -> Fitted:
    """Trains a copy of a model on all rows, with torch's MultiLabelSoftMarginLoss.

    ``weight``, ``pos_weight``, ``label_smoothing`` and ``ignore_index`` are those of ``softmargin.loss.MultiLabelSoftMarginLoss``.
    With ``ignore_index``, nulls among targets, and for all targets of a row, are missing too.

    ``optimizer`` is 'adam', 'adamw' or 'lbfgs' with torch's ``options`` (``lr`` …), or one of ``softmargin.optim``. A step of
    L-BFGS makes up to ``max_iter`` iterations, 20 by default, with a strong Wolfe line search. It ends before ``steps`` when the
    optimizer's tolerances are met. ``targets`` are arrays of numbers from 0 to 1, or binary with a byte for each label.

    A step is over all rows, or with ``batch_size`` over a batch of so many of all tasks' rows together, as with torch's
    ``DataLoader(batch_size, shuffle=True, drop_last)``: ``steps`` of them, epoch after epoch, each in another order. Batches come
    from the rows' own numbers and ``seed``, so that they are the same for any partitioning; equal rows are in one batch.

    Rows go once to ``tasks`` tasks (by default as many as the cluster runs at once, but not more than partitions). The result
    repeats to the bit for the same partitions; with ``exact`` it is the same for any partitioning, and takes several times as long.

    ``checkpoint`` is a file that the executors share, where each step is kept: when a task is killed, all begin again there.
    On one machine it is a temporary one. A file that is there already is continued; it is removed in the end.

    ValueError, with the row, for rows that are null or too short; for no rows; for a loss that is not finite.
    """
    model = model_of(model)
    check_column(df, features, "features")
    check_column(df, targets, "targets")
    if not isinstance(steps, int) or steps < 1:
        raise ValueError(f"fit: steps must be at least 1, but got {steps!r}")
    made = optimizer_of(optimizer, **options)
    loss = MultiLabelSoftMarginLoss(weight, pos_weight, label_smoothing, ignore_index)
    loss.weights(model.num_labels)
    minibatches = None if batch_size is None else Minibatches(batch_size, seed, drop_last)
    context = df.sparkSession.sparkContext
    if tasks is None:
        tasks = max(1, min(context.defaultParallelism, df.rdd.getNumPartitions()))
    temporary = None
    if checkpoint is None and context.master.startswith("local"):
        temporary = tempfile.TemporaryDirectory()
        checkpoint = os.path.join(temporary.name, "checkpoint.npz")
    sent, secret, path = broadcast(df, model), secrets.token_bytes(32), None if checkpoint is None else str(checkpoint)

    def run(batches):
        from pyspark import BarrierTaskContext

        tagger, module = sent.value
        tagger, k, at = tagger.copy(), kernels_of(module), partition()
        group = Group(BarrierTaskContext.get(), secret)
        try:
            objective = Objective(tagger, k, exact, loss)
            rows, error = objective.rows(), ""
            try:
                x = Column(features, 0, tagger.num_features, "f4")
                y = Column(targets, 1, tagger.num_labels, "u1", loss.ignore_index)
                for batch in batches:
                    rows.add(x.read(batch, at), y.read(batch, at))
                rows.finish()
            except (ValueError, TypeError, MemoryError) as wrong:
                error = str(wrong) or type(wrong).__name__
                # Spark wants all rows taken.
                for _ in batches:
                    pass
            # All know of it, and end: what is wrong with a row is no reason to try again.
            error = next((said.decode() for said in group.gather(error.encode()) if said), "")
            losses: list[float] = []
            if not error:
                try:
                    losses = _train(objective, rows, made, steps, group, path, minibatches)
                except (ValueError, MemoryError) as wrong:
                    error = str(wrong)
            flat = tagger.flat() if at == 0 and not error else np.empty(0, "f4")
            yield _row(at, error, flat, losses, rows.count)
        finally:
            group.close()

    schema = "task int, error string, flat binary, losses binary, rows long"
    ordered = spread(df, [features, targets], tasks)
    try:
        # A barrier stage that gives the result itself would not be run again after a failure.
        rows = ordered.mapInArrow(run, schema, barrier=True).repartition(1).collect()
    finally:
        if temporary is not None:
            temporary.cleanup()
    if not rows:
        # Spark runs no task for a DataFrame that it found to be empty.
        raise ValueError(NO_ROWS)
    error = next((row.error for row in rows if row.error), None)
    if error is not None:
        raise ValueError(error)
    if path is not None:
        Path(path).unlink(missing_ok=True)
    first = next(row for row in rows if row.task == 0)
    trained = model.copy()
    trained.set_flat(np.frombuffer(first.flat, "f4"))
    return Fitted(trained, np.frombuffer(first.losses).tolist(), sum(row.rows for row in rows))


def _train(objective, rows, optimizer, steps: int, group, path: str | None, minibatches) -> list[float]:
    continued = None
    of = repr((type(optimizer).__name__, objective.loss, minibatches))
    if group.rank == 0 and path is not None and os.path.exists(path):
        continued = _resume(path, objective.size, optimizer, of)

    def keep(flat: np.ndarray, losses: list[float]) -> None:
        content = io.BytesIO()
        state = {f"optimizer.{name}": value for name, value in optimizer.state().items()}
        np.savez(content, flat=flat, losses=np.array(losses), of=of, **state)
        # Renamed when it is whole.
        Path(f"{path}.new").write_bytes(content.getvalue())
        os.replace(f"{path}.new", path)

    return train(objective, rows, optimizer, steps, group, None if path is None else keep, continued, minibatches)


def _resume(path: str, size: int, optimizer, of: str) -> tuple[np.ndarray, list[float]]:
    with np.load(path, allow_pickle=False) as kept:
        state = {name: kept[name] for name in kept.files}
    if state["flat"].shape != (size,) or str(state["of"]) != of:
        raise ValueError(f"fit: {path} is the checkpoint of another model, optimizer, loss or batches: {state['of']}, not {of}")
    prefix = "optimizer."
    optimizer.load_state({name[len(prefix) :]: value for name, value in state.items() if name.startswith(prefix)})
    return state["flat"], state["losses"].tolist()


def _row(task: int, error: str, flat: np.ndarray, losses: list[float], rows: int) -> pa.RecordBatch:
    columns = [
        pa.array([task], pa.int32()),
        pa.array([error], pa.string()),
        pa.array([flat.astype("<f4").tobytes()], pa.binary()),
        pa.array([np.array(losses, "<f8").tobytes()], pa.binary()),
        pa.array([rows], pa.int64()),
    ]
    return pa.RecordBatch.from_arrays(columns, names=["task", "error", "flat", "losses", "rows"])
