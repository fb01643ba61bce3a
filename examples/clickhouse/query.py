"""python query.py: scores in SQL, by chdb (ClickHouse in this process), and whether they are Node's to the bit."""

import json
import struct
import sys
import tempfile
from pathlib import Path

from chdb.session import Session

OUT = Path(__file__).resolve().parent / "out"
FUNCTIONS = {"scores": "Array(Float32)", "labels": "Array(UInt8)"}


def define(session, name: str, module: Path) -> None:
    """The functions ``<name>_scores`` and ``<name>_labels`` of a module of module.js."""
    session.query(
        f"INSERT INTO system.webassembly_modules (name, code) SELECT '{name}', raw_blob FROM file('{module}', 'RawBlob')"
    )
    for function, result in FUNCTIONS.items():
        session.query(
            f"CREATE FUNCTION {name}_{function} LANGUAGE WASM ABI BUFFERED_V1 FROM '{name}' :: '{function}' "
            f"ARGUMENTS (features Array(Float32)) RETURNS {result} DETERMINISTIC "
            # A block of rows takes more instructions than the default allows.
            "SETTINGS serialization_format = 'Buffers', webassembly_udf_enable_fuel = 0"
        )


def bits(rows):
    return [struct.pack(f"<{len(row)}f", *row) for row in rows]


def main(session) -> bool:
    define(session, "tagger", OUT / "tagger.wasm")
    session.query("CREATE DATABASE shop")
    session.query("CREATE TABLE shop.messages (id UInt64, features Array(Float32)) ENGINE = MergeTree ORDER BY id")
    columns = "id UInt64, features Array(Float32)"
    session.query(f"INSERT INTO shop.messages SELECT * FROM file('{OUT / 'rows.jsonl'}', 'JSONEachRow', '{columns}')")

    def rows(where: str):
        sql = f"SELECT tagger_scores(features) AS scores, tagger_labels(features) AS labels FROM shop.messages {where} ORDER BY id"
        return [json.loads(line) for line in str(session.query(sql, "JSONEachRow")).splitlines()]

    expected = json.loads((OUT / "scores.json").read_text())
    found, (one,) = rows(""), rows("WHERE id = 7")
    same = (
        bits(row["scores"] for row in found) == bits(expected["scores"])
        and [[label == 1 for label in row["labels"]] for row in found] == expected["labels"]
        and one == found[7]
    )
    print("ClickHouse", session.query("SELECT version()", "TSV"), end="")
    print("messages of each tag:", session.query("SELECT sumForEach(tagger_labels(features)) FROM shop.messages", "TSV"), end="")
    print(f"{len(found)} rows: scores and labels {'are' if same else 'are not'} those of Node to the bit")
    try:
        session.query("SELECT tagger_scores([1, 2, 3]::Array(Float32))")
    except RuntimeError as error:
        print("a row of three numbers:", str(error).partition("error: ")[2].partition(": In scope")[0])
    return same


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        # On a server this setting stands in its configuration.
        sys.exit(not main(Session(f"{folder}/clickhouse.db?allow_experimental_webassembly_udf=1")))
