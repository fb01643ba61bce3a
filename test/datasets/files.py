"""Files of libsvm as scikit-learn reads them, files of ARFF as liac-arff (pip install liac-arff) and scipy read them.

{ libsvm: [ { text, zero_based, n_features, rows, columns, features, labels } ],
  arff: [ { text, labels, features, targets, names } ], scipy: [ { text, features } ] }
"""

import io
import random

import arff
import numpy as np
from scipy.io import arff as scipy_arff
from sklearn.datasets import dump_svmlight_file, load_svmlight_file
from sklearn.preprocessing import MultiLabelBinarizer

from writing import Numbers, write

random.seed(16)
rng = np.random.default_rng(16)


def number():
    return random.choice(["0", "1", "-1", "2.5", ".5", "5.", "+3", "1e3", "-1.25E-2", "0.1", "123456789.125",
                          "1.17549435e-38", "3.4028234e38", "0.30000001192092896", "16777217", "9007199254740993",
                          "1e-45", "nan", "inf", "-inf", str(rng.normal()), f"{rng.normal():.4f}"])


def libsvm_text(base, rows, width, labels):
    lines = []
    for _ in range(rows):
        label = ",".join(map(str, sorted(random.sample(range(labels), random.randint(0, 3)))))
        columns = sorted(random.sample(range(base, width + base), random.randint(1, width)))
        cells = " ".join(f"{column}:{number()}" for column in columns)
        comment = random.choice(["", "", " # a row", "#"])
        lines.append(f"{label} {cells}{comment}" + random.choice(["\n", "\n", "\r\n", "\n\n", "\n# note\n"]))
    return "".join(lines)


def libsvm(text, zero_based, n_features=None):
    x, y = load_svmlight_file(io.BytesIO(text.encode()), multilabel=True, zero_based=zero_based,
                              n_features=n_features, dtype=np.float64)
    classes = MultiLabelBinarizer()
    targets = classes.fit_transform(y)
    return {"text": text, "zero_based": zero_based, "n_features": n_features, "rows": x.shape[0],
            "columns": x.shape[1], "features": Numbers(x.toarray().astype(np.float32)),
            "labels": [int(c) for c in classes.classes_], "targets": targets.reshape(-1).tolist()}


def dumped():
    x, y = rng.normal(size=(7, 5)) * rng.integers(0, 2, size=(7, 5)), rng.integers(0, 2, size=(7, 4))
    out = io.BytesIO()
    dump_svmlight_file(x, y, out, multilabel=True, zero_based=True)
    return out.getvalue().decode()


def arff_cases():
    for sparse in [False, True]:
        names = ["x", "mean of y", "it's", "a,b", "100%", "{z}", "ü"]
        values = rng.choice([0.0, 1.0, -2.5, 0.125, 1e-3], size=(6, 4)).round(4)
        colours = rng.choice(["red", "dark green", "b,c"], size=6)
        labels = rng.choice(["0", "1"], size=(6, 2))
        attributes = [(name, "REAL") for name in names[:4]] + [(names[4], ["red", "dark green", "b,c"])]
        attributes += [(name, ["0", "1"]) for name in names[5:]]
        rows = [[*map(float, values[i]), str(colours[i]), *map(str, labels[i])] for i in range(6)]
        if not sparse:
            rows[1][0] = rows[2][4] = rows[3][6] = None
        data = [{i: v for i, v in enumerate(row) if v not in (0.0, "0", "red")} for row in rows] if sparse else rows
        text = arff.dumps({"relation": "r", "description": "made", "attributes": attributes, "data": data})
        read = arff.loads(text, encode_nominal=True, return_type=arff.LOD if sparse else arff.DENSE)
        if sparse:
            full = np.array([[row.get(i, 0) for i in range(7)] for row in read["data"]], dtype=np.float64)
        else:
            full = np.array([[np.nan if v is None else v for v in row] for row in read["data"]], dtype=np.float64)
        yield {"text": text, "sparse": sparse, "names": [name for name, _ in read["attributes"]],
               "features": Numbers(full[:, :5].astype(np.float32)),
               "targets": Numbers(full[:, 5:].astype(np.float32))}


def scipy_case():
    rows = [[number() for _ in range(4)] for _ in range(30)]
    text = "@relation r\n" + "".join(f"@attribute a{i} numeric\n" for i in range(4)) + "@data\n"
    text += "".join(",".join(random.choice(["?", cell]) if cell not in ("inf", "-inf", "nan") else "?" for cell in row)
                    + "\n" for row in rows)
    data, _ = scipy_arff.loadarff(io.StringIO(text))
    return {"text": text, "features": Numbers(np.array(data.tolist(), dtype=np.float64).astype(np.float32))}


texts = [(libsvm_text(0, 20, 9, 6), True), (libsvm_text(1, 20, 9, 6), False), (libsvm_text(1, 12, 30, 4), "auto"),
         (libsvm_text(0, 12, 12, 4), "auto"), (dumped(), True)]
write({
    "libsvm": [libsvm(text, base) for text, base in texts] + [libsvm(texts[0][0], True, 20)],
    "arff": list(arff_cases()),
    "scipy": scipy_case(),
})
