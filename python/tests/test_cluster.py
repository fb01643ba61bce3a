"""On local[2], and on a standalone master with two workers: the bits of Node, also when a worker dies in the middle."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from saved import FOLDER, WRITTEN, digest, loaded, rows

from softmargin import optim
from softmargin.metrics import MetricStates
from softmargin.training import Objective, train
from softmargin.wasm import kernels

pytestmark = pytest.mark.spark


def on(*masters):
    return pytest.mark.parametrize("spark", masters, indirect=True, scope="session")


on_both, on_cluster = on("local[2]", "cluster"), on("cluster")


@pytest.fixture(scope="module")
def table(spark):
    import pyarrow as pa

    x, y = rows()
    columns = {
        "id": pa.array(np.arange(len(x))),
        "features": pa.array(list(x), pa.list_(pa.float32())),
        "labels": pa.array([row.astype("u1").tobytes() for row in y], pa.binary()),
    }
    return spark.createDataFrame(pa.table(columns)).cache()


@pytest.fixture(params=[1, 3, 8])
def df(table, request):
    return table.repartition(request.param).cache()


def places(df):
    """The rows of each partition, in its order, by their ids."""
    from pyspark.sql.functions import spark_partition_id

    found = df.select(spark_partition_id().alias("partition"), "id").toArrow()
    partition, ids = found["partition"].to_numpy(), found["id"].to_numpy()
    return [ids[partition == i] for i in range(df.rdd.getNumPartitions())]


def of_node(name, order, blocks, folder):
    """Scores of all rows, and sums over each block, as JavaScript computes them."""
    x, y = rows()
    folder.joinpath("x.f32").write_bytes(x[order].tobytes())
    folder.joinpath("y.f32").write_bytes(y[order].astype("f4").tobytes())
    folder.joinpath("blocks.json").write_text(json.dumps(blocks))
    node = os.environ.get("SOFTMARGIN_NODE", "node")
    subprocess.run([node, FOLDER / "sums.mjs", name, folder], check=True)
    scores = np.fromfile(folder / "scores.f32", "f4").reshape(len(order), -1)
    return scores, np.fromfile(folder / "sums.f32", "f4").reshape(len(blocks), -1)


@on_both
@pytest.mark.parametrize("name", ["linear", "mlp"])
def test_scores_and_gradients_have_the_bits_of_node(df, name, tmp_path):
    from softmargin.spark import loss_and_gradient, score

    tagger = loaded(name)
    parts = places(df)
    # A partition's rows are added block by block, and blocks and partitions as float64 in their order.
    block = Objective(tagger, kernels()).runner.block
    blocks = [[min(block, len(part) - at) for at in range(0, len(part), block)] for part in parts]
    scores, sums = of_node(name, np.concatenate(parts), [n for each in blocks for n in each], tmp_path)
    total, at = np.zeros(sums.shape[1]), 0
    for each in blocks:
        partial = np.zeros(sums.shape[1])
        for one in sums[at : at + len(each)]:
            partial += one
        total += partial
        at += len(each)
    loss, gradient = loss_and_gradient(df, tagger)
    count = len(rows()[0])
    # JavaScript gives each sum of losses as a float32.
    assert loss == pytest.approx(total[-1] / count, rel=2**-23)
    assert np.array_equal(gradient, total[:-1] / count)

    found = score(df, tagger, keep=["id"]).toArrow()
    assert np.array_equal(np.array(found["probabilities"].to_pylist(), "f4"), scores[np.argsort(np.concatenate(parts))][found["id"].to_numpy()])
    assert digest(np.array(found.sort_by("id")["probabilities"].to_pylist())) == WRITTEN[name]["probabilities"]


@on_both
def test_exact_sums_and_metrics_are_those_of_one_process(df):
    from softmargin.spark import loss_and_gradient, metric_states

    tagger, (x, y) = loaded("mlp"), rows()
    objective = Objective(tagger, kernels(), True)
    kept = objective.rows()
    kept.add(x, y)
    kept.finish()
    maxima = objective.maxima(kept)
    loss, gradient = objective.exact_result(objective.exact_partial(kept, maxima), maxima)
    found = loss_and_gradient(df, tagger, exact=True)
    assert found[0] == loss and np.array_equal(found[1], gradient)
    alone = MetricStates(11, tagger.thresholds)
    alone.update(tagger.probabilities(x), y)
    assert metric_states(df, tagger).to_bytes() == alone.to_bytes()


def bits(fitted):
    return fitted.losses, hashlib.sha256(fitted.model.flat().tobytes()).hexdigest()


@on_both
def test_exact_training_is_that_of_one_process(df):
    from softmargin.spark import fit

    objective = Objective(loaded("linear"), kernels(), True)
    kept = objective.rows()
    kept.add(*rows())
    kept.finish()
    losses = train(objective, kept, optim.optimizer("lbfgs", max_iter=5), 2)
    fitted = fit(df, loaded("linear"), max_iter=5, steps=2, exact=True)
    assert fitted.losses == losses and np.array_equal(fitted.model.flat(), objective.model.flat())


@on_both
def test_training_repeats_whatever_order_rows_arrive_in(table):
    from softmargin.spark import fit

    # Not cached: each time the shuffles bring the rows in another order.
    df = table.repartition(8)
    found = [bits(fit(df, loaded("mlp"), "adam", lr=0.01, steps=2, tasks=2)) for _ in range(3)]
    assert found[0] == found[1] == found[2]


@on_both
def test_partitions_without_rows(table):
    from softmargin.spark import fit, loss_and_gradient, metric_states, score

    few = table.where("id < 3").repartition(8)
    tagger, (x, y) = loaded("linear"), (each[:3] for each in rows())
    found = score(few, tagger, keep=["id"]).toArrow().sort_by("id")
    assert np.array_equal(np.array(found["probabilities"].to_pylist(), "f4"), tagger.probabilities(x))
    alone = MetricStates(11, tagger.thresholds)
    alone.update(tagger.probabilities(x), y)
    assert metric_states(few, tagger).to_bytes() == alone.to_bytes()
    assert np.isfinite(loss_and_gradient(few, tagger)[0])
    assert fit(few, tagger, steps=1, tasks=2).rows == 3
    # All rows in one partition of many.
    skewed = table.where("id < 3").coalesce(1).union(table.where("id < 0").repartition(3))
    assert fit(skewed, tagger, steps=1, tasks=2).rows == 3


@on_cluster
@pytest.mark.parametrize(
    "column, bad, sentence",
    [
        ("features", "null", "features: row . of partition . is null"),
        ("features", "slice(features, 1, 36)", "features: row . of partition . has 36 numbers, but the model takes 37"),
        ("labels", "substring(labels, 1, 10)", "labels: row . of partition . has 10 bytes, but the model takes 11"),
    ],
)
def test_a_row_that_is_wrong_ends_the_job_with_its_sentence(table, column, bad, sentence):
    from pyspark.sql.functions import expr
    from softmargin.spark import fit, score

    df = table.where("id < 9").withColumn(column, expr(f"if(id = 7, {bad}, {column})")).repartition(3)
    if column == "features":
        with pytest.raises(Exception, match=sentence):
            score(df, loaded("linear")).collect()
    with pytest.raises(ValueError, match=sentence):
        fit(df, loaded("linear"), steps=1, tasks=2)


def ancestors():
    """The processes that started this one, nearest first: in a worker these are pyspark's daemon, the executor, Spark's worker."""
    found, pid = [], os.getpid()
    while pid > 1:
        # The name, in brackets, may hold spaces.
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        found.append(pid)
    return found


class Killed(optim.Adam):
    """Ends processes at its fourth step, once, and writes down its steps."""

    def __init__(self, log, what, **options):
        super().__init__(**options)
        self.log, self.what = log, what

    def step(self, k, flat, evaluate):
        is_first_time = str(self.steps) not in self.log.read_text()
        with self.log.open("a") as log:
            log.write(str(self.steps))
        if self.steps == 3 and is_first_time:
            _, executor, worker, *_ = ancestors()
            for pid in {"task": [os.getpid()], "executor": [executor], "worker": [worker, executor]}[self.what]:
                os.kill(pid, signal.SIGKILL)
            # Rows are not to be asked for once more meanwhile.
            signal.pause()
        return super().step(k, flat, evaluate)


@on_cluster
class TestKilled:
    @pytest.mark.parametrize("what, has_checkpoint", [("task", True), ("executor", True), ("executor", False), ("worker", True)])
    def test_goes_on_with_the_same_bits(self, cluster, table, tmp_path, what, has_checkpoint):
        from pyspark import cloudpickle
        from softmargin.spark import fit

        cloudpickle.register_pickle_by_value(sys.modules[__name__])
        df = table.repartition(3)
        whole = fit(df, loaded("linear"), optim.Adam(lr=0.05), steps=6, tasks=2)
        log = tmp_path / "steps"
        log.write_text("")
        try:
            checkpoint = tmp_path / "fit.npz" if has_checkpoint else None
            fitted = fit(df, loaded("linear"), Killed(log, what, lr=0.05), steps=6, tasks=2, checkpoint=checkpoint)
        finally:
            if what == "worker":
                cluster.replace_dead()
        assert bits(fitted) == bits(whole)
        assert log.read_text() == ("0123" + "345" if has_checkpoint else "0123" + "012345")
        assert not (tmp_path / "fit.npz").exists()
