"""The data of `npm run demo`, many times over, on Spark: trains, scores, measures, and compares with Node to the bit.

`npm run spark` starts it with a Python that has what it needs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import safetensors.numpy

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "examples" / "package-tags" / "data"
sys.path.insert(0, str(ROOT / "python"))

from softmargin.layers import Linear  # noqa: E402
from softmargin.model import Model  # noqa: E402
from softmargin.spark import fit, metric_states, score  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=100, help="how often each row is there (100)")
    parser.add_argument("--features", type=int, default=512, help="the commonest of the 3,000 features (512)")
    parser.add_argument("--steps", type=int, default=15, help="iterations of L-BFGS at most (15)")
    parser.add_argument("--exact", action="store_true", help="train with sums that are the same for any partitioning")
    parser.add_argument("--master", default="local[*]", help="of Spark: local[*], or spark://host:port")
    given = parser.parse_args()
    if given.times < 1 or given.steps < 1 or not 1 <= given.features <= 3000:
        parser.error("times and steps must be at least 1, features from 1 to 3000")
    return given


def programs(file: str) -> tuple[list[list[int]], list[list[int]]]:
    """Features and tags of each program, of rows such as `3,5 0:1 17:1 # mutt`."""
    features, tags = [], []
    for line in (DATA / file).read_text().splitlines():
        labels, *pairs = line.partition("#")[0].rstrip().split(" ")
        tags.append([int(tag) for tag in labels.split(",") if tag])
        features.append([int(pair.partition(":")[0]) for pair in pairs])
    return features, tags


def ones(indices: list[list[int]], width: int) -> np.ndarray:
    matrix = np.zeros((len(indices), width), "f4")
    for row, places in zip(matrix, indices):
        row[places] = 1
    return matrix


class Data:
    """TF-IDF of the commonest features, each row of length 1, and tags, as bytes."""

    def __init__(self, features: int):
        vocabulary = json.loads((DATA / "vocabulary.json").read_text())
        tags, width = vocabulary["labels"], len(vocabulary["features"])
        (train, train_tags), (test, test_tags) = programs("train.svm"), programs("test.svm")
        train, test = ones(train, width), ones(test, width)
        frequency = train.sum(0)
        commonest = np.argsort(-frequency, kind="stable")[:features]
        self.idf = np.log(len(train) / (frequency[commonest] + 1))
        self.tags = tags
        self.train = self._scaled(train[:, commonest]), ones(train_tags, len(tags)).astype("u1")
        self.test = self._scaled(test[:, commonest]), ones(test_tags, len(tags)).astype("u1")

    def _scaled(self, has: np.ndarray) -> np.ndarray:
        rows = has * self.idf
        return (rows / np.maximum(np.sqrt((rows * rows).sum(1, keepdims=True)), 1e-12)).astype("f4")


def is_here(master: str) -> bool:
    """Whether this machine is the whole cluster."""
    return master.startswith(("local", "spark://127.0.0.1:", "spark://localhost:"))


def session(master: str):
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower(),
        "spark.driver.memory": "2g",
    }
    if master.startswith("local"):
        # Nobody else is to reach it.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    builder = SparkSession.builder.master(master).appName("softmargin")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def table(spark, rows: np.ndarray, targets: np.ndarray, times: int):
    """Each row so many times: Spark repeats them where they are needed."""
    import pyarrow as pa

    columns = {
        "id": pa.array(np.arange(len(rows))),
        "features": pa.array([row.tobytes() for row in rows], pa.binary()),
        "labels": pa.array([row.tobytes() for row in targets], pa.binary()),
    }
    copies = spark.range(times).withColumnRenamed("id", "copy")
    return copies.crossJoin(spark.createDataFrame(pa.table(columns)))


class Progress:
    """Prints the loss of each step as `fit` keeps it in its checkpoint."""

    def __init__(self, checkpoint: Path):
        self.checkpoint, self.shown, self.ended = checkpoint, 0, threading.Event()
        self.started = time.perf_counter()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def show(self, losses) -> None:
        for loss in losses[self.shown :]:
            self.shown += 1
            say(f"  step {self.shown:2}   loss {loss:.6f}   {time.perf_counter() - self.started:5.1f} s")

    def _watch(self) -> None:
        while not self.ended.wait(0.2):
            try:
                with np.load(self.checkpoint, allow_pickle=False) as kept:
                    self.show(kept["losses"])
            except OSError:
                continue


def say(text: str) -> None:
    # Over the bar that Spark draws.
    print(f"\r\x1b[K{text}" if sys.stderr.isatty() else text, flush=True)


def of_node(model: Model, rows: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, dict]:
    """Scores by the npm package in Node, and its metrics."""
    with tempfile.TemporaryDirectory() as folder:
        safetensors.numpy.save_file(model.state_dict(), Path(folder, "model.safetensors"))
        Path(folder, "rows.f32").write_bytes(rows.tobytes())
        Path(folder, "targets.u8").write_bytes(targets.tobytes())
        node = os.environ.get("SOFTMARGIN_NODE", "node")
        printed = subprocess.run([node, ROOT / "examples/spark/scores.js", folder], check=True, stdout=subprocess.PIPE, text=True)
        scores = np.fromfile(Path(folder, "scores.f32"), "<f4").reshape(len(rows), -1)
        return scores, json.loads(printed.stdout)


def matrix(column) -> np.ndarray:
    chunks = [chunk.flatten().to_numpy() for chunk in column.chunks]
    return np.concatenate(chunks).reshape(len(column), -1)


def main() -> int:
    given = arguments()
    data = Data(given.features)
    (x, y), (test_x, test_y) = data.train, data.test
    say(f"{len(x):,} programs to learn from and {len(test_x):,} to be judged by, {given.times} times; {x.shape[1]} features, {y.shape[1]} tags")
    spark = session(given.master)
    try:
        train, test = table(spark, x, y, given.times), table(spark, test_x, test_y, given.times)

        started = time.perf_counter()
        say(f"fit: L-BFGS on {len(x) * given.times:,} rows, {x.shape[1] * x.itemsize * len(x) * given.times / 1e9:.1f} GB")
        start = Model([Linear("", np.zeros((y.shape[1], x.shape[1]), "f4"), np.zeros(y.shape[1], "f4"))], label_names=data.tags)
        with tempfile.TemporaryDirectory() as folder, Progress(Path(folder, "fit.npz")) as progress:
            # Other machines have no such folder.
            checkpoint = progress.checkpoint if is_here(given.master) else None
            fitted = fit(train, start, "lbfgs", max_iter=1, steps=given.steps, exact=given.exact, checkpoint=checkpoint)
        # The file is gone with the last of them.
        progress.show(fitted.losses[:-1])
        model = fitted.model
        say(f"  loss {fitted.losses[0]:.6f} -> {fitted.losses[-1]:.6f} in {time.perf_counter() - started:.1f} s")

        started = time.perf_counter()
        say(f"score: {len(test_x) * given.times:,} rows")
        scored = score(test, model, keep=["id"]).select("id", "probabilities").toArrow()
        ids, scores = scored["id"].to_numpy(), matrix(scored["probabilities"])
        say(f"  {time.perf_counter() - started:.1f} s")

        started = time.perf_counter()
        say("metrics: counts and binned curves that merge exactly")
        states = metric_states(test, model)
        found = {"auroc": states.auroc(), "f1": states.statistic("fbeta", average="micro")}
        say(f"  AUROC {found['auroc']:.4f}   micro-F1 {found['f1']:.4f}   {time.perf_counter() - started:.1f} s")
    finally:
        spark.stop()

    say("Node: the same model and rows")
    expected, metrics = of_node(model, test_x, test_y)
    # As bytes: NaN and the sign of zero count too.
    differ = int((scores.view("u4") != expected.view("u4")[ids]).any(1).sum())
    if differ == 0 and len(ids) == len(test_x) * given.times:
        say(f"  all {len(ids):,} rows of scores equal Node's, bit for bit")
    else:
        say(f"  {differ:,} of {len(ids):,} rows of scores differ from Node's")
    for name, value in found.items():
        same = np.float32(value) == np.float32(metrics[name])
        say(f"  {name} {'equals' if same else 'differs from'} Node's {metrics[name]}")
        differ += not same
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
