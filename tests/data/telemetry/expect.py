"""Writes what the readers must find in the recorded samples, with other means: Python's json, re and decimal.

Run in this folder. It covers the answers of Prometheus and the exposition texts; JUnit reports are few, and what is
expected of them was checked by hand.
"""

import json
import pathlib
import re
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal, getcontext

getcontext().prec = 400
SCRAPED_AT = Decimal("1795612339")


def when(seconds):
    ms = int(Decimal(seconds) * 1000)
    at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=ms)
    fraction = f".{ms % 1000:03}" if ms % 1000 else ""
    return at.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


def what(text):
    if text in ("NaN", "+Inf", "-Inf"):
        return text
    value = Decimal(text)
    if abs(value) >= Decimal("1e15"):
        return f"too large ({text})"
    kept = value.quantize(Decimal("1e-12"), rounding=ROUND_HALF_EVEN)
    shown = format(kept, "f").rstrip("0").rstrip(".")
    return shown if kept == value else f"{shown} ({text})"


def series(name, labels, samples):
    shown = ",".join(f"{key}={json.dumps(labels[key])}" for key in sorted(labels))
    lines = [f"{name}{{{shown}}}"]
    lines += [f"  {when(at)} {what(value)}" for at, value in samples]
    return "\n".join(lines)


def of_answer(text):
    answer = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    if answer["status"] != "success" or answer["data"]["resultType"] == "string":
        return None
    result = answer["data"]["result"]
    if answer["data"]["resultType"] == "scalar":
        return [series("", {}, [result])]
    found = []
    for one in result:
        labels = dict(one["metric"])
        name = labels.pop("__name__", "")
        found.append(series(name, labels, one.get("values") or [one["value"]]))
    return found


def of_exposition(text):
    line_of = re.compile(r'^(\w+)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})? (\S+)(?: (\d\S*))?(?: #.*)?$')
    label_of = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
    found = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels, value, at = line_of.match(line).groups()
        plain = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
        labels = {
            key: re.sub(r"\\.", lambda escape: plain[escape[0]], text) for key, text in label_of.findall(labels or "")
        }
        unit = 1 if text.rstrip().endswith("# EOF") else 1000
        found.append(series(name, labels, [(Decimal(at) / unit if at else SCRAPED_AT, value)]))
    return found


for path in sorted(pathlib.Path("recorded").glob("*/*")):
    read = {"prometheus": of_answer, "openmetrics": of_exposition}.get(path.parent.name)
    if not read or path.suffix == ".expected":
        continue
    found = read(path.read_text())
    if found is not None:
        path.with_name(path.name + ".expected").write_text("".join(one + "\n" for one in found))
