"""A linear multi-label model of 200,000 rows: ``fit`` of softmargin against pyspark.ml's LogisticRegression, one fit for each label.

    python bench/logistic_regression.py [--master local[2]] [--rows 200000] [--fits 30] [--columns arrays|binary] [--exact]

Both begin with a cached DataFrame and end with parameters on the driver; the losses are computed from these in float64, by numpy.
``--fits 0`` leaves pyspark.ml out; with fewer fits than labels its time is that of so many, and losses are over their labels.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

FEATURES, LABELS = 300, 30


def part(rows: int, seed: int):
    """Features, and labels of which most are rare."""
    truth = np.random.default_rng(0)
    weight = (truth.normal(size=(LABELS, FEATURES)) * (truth.random((LABELS, FEATURES)) < 0.2)).astype("f4") * 0.5
    bias = truth.uniform(-3, 0, LABELS).astype("f4")
    rng = np.random.default_rng(seed + 1)
    x = rng.standard_normal((rows, FEATURES), dtype="f4")
    y = rng.random((rows, LABELS), dtype="f4") < 1 / (1 + np.exp(-(x @ weight.T + bias)))
    return x, y


def generated(batches, binary: bool):
    import pyarrow as pa

    for batch in batches:
        for start, rows in zip(batch.column("id").to_pylist(), batch.column("rows").to_pylist()):
            x, y = part(rows, start)
            if binary:
                columns = [pa.array([row.tobytes() for row in each], pa.binary()) for each in (x, y.view("u1"))]
            else:
                columns = [
                    pa.ListArray.from_arrays(np.arange(rows + 1, dtype="i4") * each.shape[1], each.reshape(-1))
                    for each in (x, y.astype("f4"))
                ]
            yield pa.RecordBatch.from_arrays(columns, names=["features", "labels"])


def table(spark, rows: int, partitions: int, binary: bool):
    size = 5000
    starts = spark.createDataFrame([(at, min(size, rows - at)) for at in range(0, rows, size)], "id long, rows long")
    schema = "features binary, labels binary" if binary else "features array<float>, labels array<float>"
    df = starts.repartition(partitions, "id").mapInArrow(lambda batches: generated(batches, binary), schema).cache()
    df.count()
    return df


def loss_of(rows: int, weight: np.ndarray, bias: np.ndarray, labels: int) -> float:
    """torch's MultiLabelSoftMarginLoss, over the first labels."""
    total = 0.0
    for at in range(0, rows, 5000):
        x, y = part(min(5000, rows - at), at)
        logits = x.astype("f8") @ weight[:labels].T + bias[:labels]
        total += (np.logaddexp(0, logits) - y[:, :labels] * logits).sum()
    return total / rows / labels


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--fits", type=int, default=LABELS)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--columns", choices=["arrays", "binary"], default="arrays")
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--repeat", type=int, default=2, help="fits of softmargin: the first one starts workers")
    given = parser.parse_args()

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession
    from softmargin.layers import Linear
    from softmargin.model import Model
    from softmargin.spark import fit

    builder = SparkSession.builder.master(given.master).appName("logistic regression")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "3g",
        "spark.executor.memory": "2g",
        "spark.log.level": "ERROR",
    }.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    if not given.master.startswith("local"):
        # Cached rows come from the functions of this file.
        spark.sparkContext.addPyFile(__file__)
    try:
        df = table(spark, given.rows, given.partitions, given.columns == "binary")
        start = Model([Linear("", np.zeros((LABELS, FEATURES), "f4"), np.zeros(LABELS, "f4"))])
        for _ in range(given.repeat):
            began = time.perf_counter()
            fitted = fit(df, start, "lbfgs", steps=10, exact=given.exact)
            seconds = time.perf_counter() - began
            weight, bias = (fitted.model.state_dict()[name].astype("f8") for name in ("weight", "bias"))
            losses = [f"{loss_of(given.rows, weight, bias, n):.9f} over {n} labels" for n in sorted({LABELS, given.fits or LABELS})]
            print(f"softmargin.spark.fit, {LABELS} labels together: {seconds:.1f} s, loss {', '.join(losses)}", flush=True)
        if given.fits > 0:
            learned(spark, df, given)
    finally:
        spark.stop()


def learned(spark, df, given):
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.functions import array_to_vector
    from pyspark.sql.functions import col

    if given.columns == "binary":
        raise SystemExit("pyspark.ml takes arrays: --columns arrays")
    labels = [col("labels")[i].cast("double").alias(f"label{i}") for i in range(LABELS)]
    vectors = df.select(array_to_vector(col("features").cast("array<double>")).alias("features"), *labels).cache()
    vectors.count()
    began = time.perf_counter()
    weight, bias = np.zeros((LABELS, FEATURES)), np.zeros(LABELS)
    for i in range(given.fits):
        learner = LogisticRegression(labelCol=f"label{i}", regParam=0.0, maxIter=100, tol=1e-6)
        found = learner.fit(vectors)
        weight[i], bias[i] = found.coefficients.toArray(), found.intercept
    seconds = time.perf_counter() - began
    loss = loss_of(given.rows, weight, bias, given.fits)
    print(f"pyspark.ml LogisticRegression, {given.fits} fits: {seconds:.1f} s, loss {loss:.9f} over {given.fits} labels", flush=True)


if __name__ == "__main__":
    main()
