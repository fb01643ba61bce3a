"""Spark on local[2]: the bits of Node and of one process for 1, 3 and 8 partitions, and rows that are wrong."""

import numpy as np
import pytest
from saved import WRITTEN, digest, loaded, missing, rows

from softmargin import optim
from softmargin.loss import MultiLabelSoftMarginLoss
from softmargin.metrics import MetricStates
from softmargin.training import Minibatches, Objective, train
from softmargin.wasm import kernels

pytestmark = pytest.mark.spark
PARTITIONS = [1, 3, 8]


@pytest.fixture(scope="module")
def table(spark):
    import pyarrow as pa

    x, y = rows()
    columns = {
        "id": pa.array(np.arange(len(x))),
        "features": pa.array(list(x), pa.list_(pa.float32())),
        "labels": pa.array(list(y.astype("f4")), pa.list_(pa.float32())),
        "raw_features": pa.array([row.tobytes() for row in x], pa.binary()),
        "raw_labels": pa.array([row.astype("u1").tobytes() for row in y], pa.binary()),
    }
    return spark.createDataFrame(pa.table(columns)).cache()


@pytest.fixture(params=PARTITIONS)
def df(table, request):
    return table.repartition(request.param)


def matrix(table, name):
    return np.array(table[name].to_pylist())


@pytest.mark.parametrize("name, column", [("linear", "features"), ("mlp", "features"), ("deep", "raw_features")])
def test_scores_have_the_bits_of_node(df, name, column):
    from softmargin.spark import score

    tagger = loaded(name)
    scored = score(df, tagger, features=column, keep=["id"])
    assert scored.columns == ["id", "probabilities", "labels_predicted"]
    result = scored.toArrow().sort_by("id")
    assert digest(matrix(result, "probabilities")) == WRITTEN[name]["probabilities"]
    assert np.array_equal(matrix(result, "labels_predicted"), tagger.labels(rows()[0]))


def test_other_columns_are_kept_and_empty_partitions_do_no_harm(table):
    from softmargin.spark import score

    few = table.limit(1).repartition(4)
    scored = score(few, loaded("mlp"))
    assert scored.columns == ["id", "labels", "raw_features", "raw_labels", "probabilities", "labels_predicted"]
    (row,) = scored.collect()
    # By itself a row has the bits that it has among others.
    assert np.array_equal(np.float32(row.probabilities), loaded("mlp").probabilities(rows()[0])[row.id])
    assert score(table.where("id < 0"), loaded("mlp")).count() == 0


def test_vectors_of_pyspark_ml_and_columns_of_any_name(spark):
    from pyspark.ml.linalg import Vectors
    from pyspark.sql.functions import struct
    from softmargin.spark import fit, metric_states, score

    x, y = (each[:40] for each in rows())
    x = np.where(np.arange(37) % 5 == 0, x, 0).astype("f4")
    data = []
    for i, row in enumerate(x.astype("f8")):
        vector = Vectors.dense(row) if i % 2 else Vectors.sparse(37, {j: row[j] for j in range(0, 37, 5)})
        data.append((i, vector, [float(label) for label in y[i]]))
    df = spark.createDataFrame(data, ["id", "f.x", "labels"])
    df = df.withColumn("both", struct("id", "labels")).repartition(3)
    linear = loaded("linear")
    scored = score(df, linear, features="f.x", keep=["id", "f.x", "both"])
    assert scored.columns == ["id", "f.x", "both", "probabilities", "labels_predicted"]
    found = sorted(scored.collect(), key=lambda row: row.id)
    assert np.array_equal(np.float32([row.probabilities for row in found]), linear.probabilities(x))
    assert [np.float32(row["f.x"].toArray()).tolist() for row in found] == x.tolist()
    assert [row.both.id for row in found] == list(range(40))
    states = MetricStates(11, linear.thresholds)
    states.update(linear.probabilities(x), y)
    assert metric_states(df, linear, features="f.x").to_bytes() == states.to_bytes()
    assert fit(df, linear, "adam", steps=1, features="f.x").rows == 40
    for bad, sentence in [(None, "f.x: row 0 of partition 0 is null"), (Vectors.dense([1.0]), "has 1 numbers, but the model takes 37")]:
        schema = df.select("`f.x`").schema
        with pytest.raises(Exception, match=sentence):
            score(spark.createDataFrame([(bad,)], schema).coalesce(1), linear, features="f.x").collect()


@pytest.mark.parametrize("name", ["linear", "mlp"])
@pytest.mark.parametrize("columns", [("features", "labels"), ("raw_features", "raw_labels")])
def test_exact_gradients_are_those_of_one_process(df, name, columns):
    from softmargin.spark import loss_and_gradient

    x, y = rows()
    objective = Objective(loaded(name), kernels(), True)
    kept = objective.rows()
    kept.add(x, y)
    kept.finish()
    maxima = objective.maxima(kept)
    loss, gradient = objective.exact_result(objective.exact_partial(kept, maxima), maxima)
    found = loss_and_gradient(df, loaded(name), *columns, exact=True)
    assert found[0] == loss and np.array_equal(found[1], gradient)
    plain = loss_and_gradient(df, loaded(name), *columns)
    assert plain[0] == pytest.approx(loss, rel=1e-7)
    np.testing.assert_allclose(plain[1], gradient, rtol=0, atol=2e-6 * np.abs(gradient).max())


def test_a_gradient_of_one_partition_has_the_bits_of_node(table):
    from softmargin.spark import loss_and_gradient

    _, gradient = loss_and_gradient(table.where("id < 4096").coalesce(1), loaded("mlp"))
    at = 0
    for key, value in loaded("mlp").state_dict().items():
        sums = gradient[at : at + value.size] * 4096
        assert digest(sums) == WRITTEN["mlp"]["gradients"][key]
        at += value.size


@pytest.mark.parametrize("targets", ["labels", "raw_labels"])
def test_metrics_are_those_of_javascript(df, targets):
    from softmargin.spark import metric_states

    tagger = loaded("mlp")
    found = metric_states(df, tagger, targets=targets)
    expected = WRITTEN["metrics"]
    assert found.stat_scores().tolist() == expected["stat_scores"]
    assert np.array_equal(found.auroc("none"), np.float32(expected["auroc"]))
    assert np.array_equal(found.average_precision("none"), np.float32(expected["average_precision"]))
    alone = MetricStates(11, tagger.thresholds)
    alone.update(tagger.probabilities(rows()[0]), rows()[1])
    assert found.to_bytes() == alone.to_bytes()


@pytest.mark.parametrize("name, make", [("linear", lambda: optim.optimizer("lbfgs", max_iter=5)), ("mlp", lambda: optim.Adam(lr=0.01))])
def test_exact_training_is_that_of_one_process(df, name, make):
    from softmargin.spark import fit

    x, y = rows()
    objective = Objective(loaded(name), kernels(), True)
    kept = objective.rows()
    kept.add(x, y)
    kept.finish()
    losses = train(objective, kept, make(), 3)
    given = loaded(name)
    fitted = fit(df, given, make(), steps=3, exact=True)
    assert fitted.losses == losses and fitted.rows == len(x)
    assert np.array_equal(fitted.model.flat(), objective.model.flat())
    assert np.array_equal(given.flat(), loaded(name).flat())


def test_training_repeats_and_is_near_one_process(table):
    from softmargin.spark import fit

    x, y = rows()
    objective = Objective(loaded("linear"), kernels())
    kept = objective.rows()
    kept.add(x, y)
    kept.finish()
    losses = train(objective, kept, optim.optimizer("lbfgs", max_iter=10), 3)
    df = table.repartition(3).cache()
    first, again = (fit(df, loaded("linear"), max_iter=10, steps=3) for _ in range(2))
    assert first.losses == again.losses and np.array_equal(first.model.flat(), again.model.flat())
    np.testing.assert_allclose(first.losses, losses, rtol=1e-5)


KEYWORDS = {"weight": [i / 8 for i in range(1, 12)], "pos_weight": 2.0, "label_smoothing": 0.1, "ignore_index": -1}


@pytest.fixture(scope="module")
def with_nulls(spark):
    """Rows whose missing targets are -1, null, or all of them null."""
    import pyarrow as pa

    x, y = rows()
    gone, y = missing()[:600], y[:600].astype("f4")
    y[gone] = -1
    lists = [[None if gone and i % 2 else value for gone, value in zip(*row)] for i, row in enumerate(zip(gone, y.tolist()))]
    lists = [None if gone.all() else row for row, gone in zip(lists, gone)]
    columns = {
        "features": pa.array(list(x[:600]), pa.list_(pa.float32())),
        "labels": pa.array(lists, pa.list_(pa.float64())),
    }
    return spark.createDataFrame(pa.table(columns)).cache(), x[:600], y


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_weights_missing_targets_and_batches(with_nulls, partitions):
    from softmargin.spark import fit, loss_and_gradient, metric_states

    df, x, y = with_nulls
    df = df.repartition(partitions)
    objective = Objective(loaded("linear"), kernels(), True, MultiLabelSoftMarginLoss(**KEYWORDS))
    kept = objective.rows()
    kept.add(x, y)
    kept.finish()
    maxima = objective.maxima(kept)
    loss, gradient = objective.exact_result(objective.exact_partial(kept, maxima), maxima)
    found = loss_and_gradient(df, loaded("linear"), exact=True, **KEYWORDS)
    assert found[0] == loss and np.array_equal(found[1], gradient)
    losses = train(objective, kept, optim.Adam(lr=0.05), 7, minibatches=Minibatches(128, seed=3))
    fitted = fit(df, loaded("linear"), "adam", lr=0.05, steps=7, batch_size=128, seed=3, exact=True, **KEYWORDS)
    assert fitted.losses == losses and np.array_equal(fitted.model.flat(), objective.model.flat())
    counted = MetricStates(11, loaded("linear").thresholds, ignore_index=-1)
    counted.update(loaded("linear").probabilities(x), y)
    assert metric_states(df, loaded("linear"), ignore_index=-1).to_bytes() == counted.to_bytes()
    exact = MetricStates(11, loaded("linear").thresholds, curve_thresholds=None, ignore_index=-1)
    exact.update(loaded("linear").probabilities(x), y)
    found = metric_states(df, loaded("linear"), curve_thresholds=None, ignore_index=-1)
    assert found.is_exact and found.to_bytes() == exact.to_bytes() and found.auroc() == exact.auroc()


def test_batches_repeat_and_are_near_one_process(with_nulls):
    from softmargin.spark import fit

    df, x, y = with_nulls
    objective = Objective(loaded("linear"), kernels(), False, MultiLabelSoftMarginLoss(**KEYWORDS))
    kept = objective.rows()
    kept.add(x, y)
    kept.finish()
    losses = train(objective, kept, optim.AdamW(lr=0.05), 12, minibatches=Minibatches(100))
    df = df.repartition(3).cache()
    first, again = (fit(df, loaded("linear"), "adamw", lr=0.05, steps=12, batch_size=100, **KEYWORDS) for _ in range(2))
    assert first.losses == again.losses and np.array_equal(first.model.flat(), again.model.flat())
    np.testing.assert_allclose(first.losses, losses, rtol=1e-5)


def wrong(spark, rows, schema="id long, features array<float>, labels array<float>"):
    return spark.createDataFrame(rows, schema).coalesce(1)


GOOD = ([0.5] * 37, [1.0] * 11)


@pytest.mark.parametrize(
    "bad, sentence",
    [
        ((None, GOOD[1]), "features: row 2 of partition 0 is null"),
        (([0.5] * 36, GOOD[1]), "features: row 2 of partition 0 has 36 numbers, but the model takes 37"),
        (([], GOOD[1]), "features: row 2 of partition 0 has 0 numbers"),
        (([0.5] * 36 + [None], GOOD[1]), "features: row 2 of partition 0 has a null among its numbers"),
        ((GOOD[0], None), "labels: row 2 of partition 0 is null"),
        ((GOOD[0], [1.0] * 12), "labels: row 2 of partition 0 has 12 numbers, but the model takes 11"),
        ((GOOD[0], [2.0] * 11), "targets must be"),
    ],
)
def test_a_row_that_is_wrong_is_named(spark, bad, sentence):
    from softmargin.spark import fit, metric_states, score

    df = wrong(spark, [(i, *GOOD) for i in range(2)] + [(2, *bad)] + [(3, *GOOD)])
    if sentence.startswith("features"):
        with pytest.raises(Exception, match=sentence):
            score(df, loaded("linear")).collect()
    with pytest.raises(Exception, match=sentence):
        metric_states(df, loaded("linear"))
    # Rows are spread over tasks, where they have another place.
    general = sentence.replace("row 2 of partition 0", r"row \d of partition \d")
    with pytest.raises(ValueError, match=general):
        fit(df, loaded("linear"), steps=1, tasks=2)


def test_what_is_wrong_is_said_before_a_job(table, spark):
    from softmargin.spark import fit, metric_states, score

    linear = loaded("linear")
    for call, error, sentence in [
        (lambda: score(table, linear, features="nothing"), ValueError, "features must be a column"),
        (lambda: score(table, linear, features="id"), TypeError, "id must be an array of numbers, binary, or a vector of pyspark.ml, but is bigint"),
        (lambda: score(table, linear, keep=["nothing"]), ValueError, "keep must name columns"),
        (lambda: score(table, linear, keep="id"), TypeError, "keep must be a list of names"),
        (lambda: score(table, linear, labels="labels"), ValueError, "two columns labels"),
        (lambda: score(table, 3), TypeError, "model must be a Model or a path, but got int"),
        (lambda: metric_states(table, linear, targets="id"), TypeError, "id must be an array"),
        (lambda: fit(table, linear, steps=0), ValueError, "steps must be at least 1"),
        (lambda: fit(table, linear, "sgd"), ValueError, "one of adam, adamw, lbfgs"),
        (lambda: fit(table, linear, weight=[1, 2]), ValueError, "weight must be a number or 11 numbers"),
        (lambda: fit(table, linear, "adam", batch_size=0), ValueError, "batch_size must be at least 1"),
        (lambda: fit(table, linear, ignore_index=float("inf")), ValueError, "ignore_index must be a finite number"),
        (lambda: metric_states(table, linear, ignore_index="none"), TypeError, "ignore_index must be a number"),
        (lambda: fit(table.where("id < 0"), linear), ValueError, "there are no rows"),
        (lambda: fit(wrong(spark, [(0, [float("nan")] * 37, GOOD[1])] * 3), linear, exact=True, tasks=2), ValueError, "not finite"),
    ]:
        with pytest.raises(error, match=sentence):
            call()


class Killed(optim.Adam):
    """Ends its process in the middle, once, and writes down its steps."""

    def __init__(self, log, **options):
        super().__init__(**options)
        self.log = log

    def step(self, k, flat, evaluate):
        import os

        is_first_time = str(self.steps) not in self.log.read_text()
        with self.log.open("a") as log:
            log.write(str(self.steps))
        if self.steps == 3 and is_first_time:
            os._exit(1)
        return super().step(k, flat, evaluate)


def test_a_task_that_is_killed_goes_on_from_the_last_step(table, tmp_path):
    import sys

    from pyspark import cloudpickle
    from softmargin.spark import fit

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    df = table.repartition(2).cache()
    log = tmp_path / "steps"
    log.write_text("")
    fitted = fit(df, loaded("linear"), Killed(log, lr=0.05), steps=6, checkpoint=tmp_path / "fit.npz")
    assert log.read_text() == "0123345" and not (tmp_path / "fit.npz").exists()
    whole = fit(df, loaded("linear"), optim.Adam(lr=0.05), steps=6)
    assert fitted.losses == whole.losses and np.array_equal(fitted.model.flat(), whole.model.flat())
