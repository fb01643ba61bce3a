"""The session of Spark that its tests share; they are skipped where pyspark or Java is not there."""

import os
import shutil
import sys
from pathlib import Path

import pytest


def missing() -> str | None:
    try:
        import pandas  # noqa: F401
        import pyarrow  # noqa: F401
        import pyspark  # noqa: F401
    except ImportError as error:
        return f"needs {error.name}"
    home = os.environ.get("JAVA_HOME")
    if not (shutil.which("java") or (home and Path(home, "bin/java").exists())):
        return "needs Java 17"
    return None


def pytest_collection_modifyitems(items):
    reason = missing()
    for item in items:
        if reason is not None and item.get_closest_marker("spark"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """A master and two workers of two cores each, on loopback."""
    from cluster import Cluster

    with Cluster(tmp_path_factory.mktemp("cluster"), workers=2, cores=2) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def spark(request):
    """A session on local[2], or on the cluster where a test names that as its parameter."""
    from pyspark.sql import SparkSession

    master = getattr(request, "param", "local[2]")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.appName("softmargin")
    for key, value in {
        "spark.master": request.getfixturevalue("cluster").url if master == "cluster" else master,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "700",
        "spark.driver.memory": "1g",
        "spark.executor.memory": "512m",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
