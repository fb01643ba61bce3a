"""Saved models: the bits of JavaScript, the values of torch, and files that are wrong."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest
from safetensors.numpy import save_file
from saved import FOLDER, WRITTEN, digest, loaded, rows, values

from softmargin import model
from softmargin.checkpoint import CheckpointError
from softmargin.wasm import kernels

MODELS = ["linear", "mlp", "deep"]


@pytest.mark.parametrize("name", MODELS)
def test_scores_have_the_bits_of_node(name):
    x, _ = rows()
    tagger = loaded(name)
    assert digest(tagger.logits(x)) == WRITTEN[name]["logits"]
    assert digest(tagger.probabilities(x)) == WRITTEN[name]["probabilities"]
    assert tagger.labels(x).sum() == WRITTEN[name]["labels"]
    assert tagger.label_names == [f"tag {i}" for i in range(11)]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("block", [1, 7, 1000, 4096])
def test_scores_do_not_depend_on_the_rows_beside_them(name, block):
    x, _ = rows()
    runner = model.Runner(loaded(name), kernels(), block)
    whole = loaded(name).probabilities(x)
    x = x[:61] if block == 1 else x
    assert np.array_equal(runner.probabilities(x), whole[: len(x)])
    assert np.array_equal(runner.probabilities(x[3:4]), whole[3:4])


def test_models_that_torch_wrote():
    written = values("torch.json")
    x, logits = np.float32(written["x"]), np.float32(written["logits"])
    as_list = ["Linear", "LayerNorm(8)", "GELU('tanh')", "Dropout", "Linear(8, 3)"]
    for file, architecture in [("torch.pt", written["architecture"]), ("torch.pt", as_list), ("torch_double.pt", as_list)]:
        np.testing.assert_allclose(model.load(FOLDER / file, architecture).logits(x), logits, rtol=1e-5, atol=1e-6)
    strided = model.load(FOLDER / "torch_strided.pt")
    assert np.array_equal(strided.layers[0].weight, np.arange(15, dtype="f4").reshape(5, 3).T)
    half = model.load(FOLDER / "torch_bfloat16.pt")
    assert (half.layers[0].weight.view("u4") & 0xFFFF == 0).all() and half.layers[0].weight.any()


def test_a_pickled_module_is_refused_before_anything_runs():
    with pytest.raises(CheckpointError, match="save model.state_dict\\(\\), not the model"):
        model.load(FOLDER / "torch_module.pt")


def test_safetensors(tmp_path):
    mlp = loaded("mlp")
    architecture = ["Linear", "LayerNorm", "GELU", "Dropout", "Linear"]
    metadata = {"architecture": json.dumps(architecture), "thresholds": json.dumps(mlp.thresholds.tolist()), "tags": '["x"]'}
    save_file(mlp.state_dict(), tmp_path / "a.safetensors", metadata | {"tags": json.dumps(mlp.label_names)})
    again = model.load(tmp_path / "a.safetensors")
    x, _ = rows()
    assert np.array_equal(again.labels(x), mlp.labels(x)) and again.label_names == mlp.label_names
    save_file(mlp.state_dict(), tmp_path / "b.safetensors", metadata)
    with pytest.raises(ValueError, match="label_names must have 11 names, but got 1"):
        model.load(tmp_path / "b.safetensors")
    save_file(mlp.state_dict(), tmp_path / "c.safetensors", {"thresholds": "half"})
    with pytest.raises(CheckpointError, match="the metadata thresholds must be JSON, but is 'half'"):
        model.load(tmp_path / "c.safetensors", architecture)


def test_a_sequential_within_a_module(tmp_path):
    linear = loaded("linear")
    save_file({f"head.0.{name}": value for name, value in linear.state_dict().items()}, tmp_path / "a.safetensors")
    x, _ = rows()
    whole = "Tagger(\n  (head): Sequential(\n    (0): Linear(in_features=37, out_features=11, bias=True)\n  )\n)"
    for architecture in (None, ["Linear"], whole):
        assert np.array_equal(model.load(tmp_path / "a.safetensors", architecture).logits(x), linear.logits(x))


@pytest.mark.parametrize(
    "architecture, sentence",
    [
        (None, "the file has weights of 0, 1, 4, but not what is between them"),
        (["Linear", "ReLU", "Linear"], "the file has no 2.weight, which Linear needs"),
        (["Linear", "LayerNorm", "GELU", "Dropout", "Linear", "Linear"], "the file has no 5.weight"),
        (["Linear", "LayerNorm"], "the file has 4.weight, which no layer of the architecture has"),
        (["ReLU"], "the first layer must be a Linear or a LayerNorm"),
        (["Linear(3, 4)"], "0 has a weight of \\[64, 37\\], but its architecture says \\[4, 3\\]"),
        (["Conv2d(3, 4)"], "Conv2d is not one of Linear"),
        (["__import__('os').system('true')"], "no layer in torch's notation"),
        (["Linear(open('x'))"], "no layer in torch's notation"),
        ("Net(\n  (a): Linear(37, 64)\n  (b): Linear(64, 11)\n)", "only Sequential models are read"),
        ("Sequential(\n  (a): Linear(37, 64)", "a bracket is not closed"),
    ],
)
def test_architectures_that_are_not_the_files(architecture, sentence):
    with pytest.raises(ValueError, match=sentence):
        model.load(FOLDER / "mlp.pt", architecture)
    with pytest.raises(TypeError, match="architecture must be repr"):
        model.load(FOLDER / "mlp.pt", 3)


def pt(tmp_path, content: bytes, compression=zipfile.ZIP_STORED, storages={}):
    path = tmp_path / "x.pt"
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("x/data.pkl", content)
        for key, value in storages.items():
            archive.writestr(f"x/data/{key}", value)
    return path


class Runs:
    def __reduce__(self):
        return (print, ("ran",))


class Named:
    def __init__(self, module, name):
        self.line = f"c{module}\n{name}\n".encode()


@pytest.mark.parametrize(
    "content, sentence",
    [
        (pickle.dumps(Runs(), 2), "needs __builtin__.print"),
        (pickle.dumps({"a": 1}, 2), "holds no state_dict"),
        (pickle.dumps({}, 2), "holds no state_dict"),
        (b"", "cannot be read"),
        (b"\x80\x02", "cannot be read"),
        (b"cos\nsystem\n(S'true'\ntR.", "needs os.system"),
        (b"\x80\x02]r\xff\xff\xff\x7f.", "a memo beyond its end"),
        (b"(S'true'\nios\nsystem\n.", "INST"),
        (b"\x80\x02ccollections\nOrderedDict\n}U\x01aK\x01sb.", "cannot be read|tries to change"),
        (b"\x80\x02ctorch\nload\n.", "needs torch.load"),
        (b"\x80\x02" + b"(l" * 3 + b"." , "cannot be read|holds no state_dict"),
        (b"\x80\x02" + b"]" + b"]q\x01a" * 200_000 + b".", "cannot be read|holds no state_dict"),
    ],
)
def test_nothing_in_a_pickle_runs(tmp_path, content, sentence, capsys):
    with pytest.raises(CheckpointError, match=sentence):
        model.load(pt(tmp_path, content))
    assert capsys.readouterr().out == ""


def tensor(offset, size, stride, key="0"):
    """A state_dict with one tensor, by torch's instructions."""
    numbers = lambda values: b"(" + b"".join(b"I%d\n" % value for value in values) + b"t"
    storage = b"(U\x07storagectorch\nFloatStorage\nU\x01" + key.encode() + b"U\x03cpuI4\ntQ"
    call = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"I%d\n" % offset + numbers(size) + numbers(stride) + b"I00\n}tR"
    return b"\x80\x02}U\x06weight" + call + b"s."


def test_tensors_stay_within_their_storage(tmp_path):
    storages = {"0": np.arange(4, dtype="f4").tobytes()}
    right = model.load(pt(tmp_path, tensor(0, (2, 2), (1, 2)), storages=storages))
    assert right.layers[0].weight.tolist() == [[0, 2], [1, 3]] and right.layers[0].bias is None
    for given, sentence in [
        ((1, (2, 2), (2, 1)), "larger than its storage"),
        ((-1, (2, 2), (2, 1)), "no valid size"),
        ((0, (2, -2), (2, 1)), "no valid size"),
        ((0, (2, 2), (2, -1)), "no valid size"),
        ((0, (2,), (2, 1)), "no valid size"),
        ((0, (2**20, 2**20), (0, 0)), "more than 4294967296 bytes"),
        ((0, (2, 2), (2, 1), "7"), "x/data/7 is missing"),
    ]:
        with pytest.raises(CheckpointError, match=sentence):
            model.load(pt(tmp_path, tensor(*given), storages=storages))


def test_other_files_are_refused(tmp_path):
    with pytest.raises(CheckpointError, match="is compressed"):
        model.load(pt(tmp_path, pickle.dumps({}), zipfile.ZIP_DEFLATED))
    whole = (FOLDER / "linear.pt").read_bytes()
    for content in (b"", b"PK\x03\x04", b"{}", whole[:1000], io.BytesIO(b"x" * 50).getvalue()):
        (tmp_path / "y").write_bytes(content)
        with pytest.raises(CheckpointError):
            model.load(tmp_path / "y")
    with pytest.raises(FileNotFoundError):
        model.load(tmp_path / "nothing")


def test_files_with_bytes_changed_are_a_model_or_refused(tmp_path):
    rng = np.random.default_rng(0)
    save_file(loaded("mlp").state_dict(), tmp_path / "a", {"architecture": json.dumps(["Linear", "LayerNorm", "GELU", "Linear"])})
    for whole in [(FOLDER / "mlp.pt").read_bytes(), (FOLDER / "torch.pt").read_bytes(), (tmp_path / "a").read_bytes()]:
        for _ in range(700):
            changed = np.frombuffer(whole, "u1").copy()
            # Most of it is weights.
            reach = rng.choice([200, 2000, len(changed)])
            places = rng.integers(0, reach, 3) if rng.random() < 0.5 else -1 - rng.integers(0, reach, 3)
            changed[places % len(changed)] = rng.integers(0, 256, 3)
            (tmp_path / "x").write_bytes(changed[: rng.integers(1, len(changed))] if rng.random() < 0.1 else changed)
            try:
                model.load(tmp_path / "x", WRITTEN["mlp"]["architecture"] if rng.random() < 0.5 else None)
            except ValueError as error:
                assert not isinstance(error, UnicodeError)


@pytest.mark.parametrize(
    "given, error, sentence",
    [
        ([[1, 2]], ValueError, r"rows must have shape \[rows, 37\], but got \[1, 2\]"),
        ([[1], [1, 2]], ValueError, "their lengths differ"),
        (["a"], TypeError, "rows must be numbers"),
        (3, ValueError, "but got \\[\\]"),
        (None, TypeError, "rows must be numbers"),
    ],
)
def test_rows_are_checked(given, error, sentence):
    with pytest.raises(error, match=sentence):
        loaded("linear").probabilities(given)


def test_no_rows_and_numbers_that_are_none():
    linear = loaded("linear")
    assert linear.probabilities([]).shape == (0, 11) and linear.labels(np.empty((0, 37))).shape == (0, 11)
    nan = np.full((1, 37), np.nan)
    assert np.isnan(linear.probabilities(nan)).all() and not linear.labels(nan).any()
