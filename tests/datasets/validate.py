"""Loads every export of an archive with other people's tools, and compares with the records' JSON.

    validate.py DIARIUM [ARCHIVE]

Without an archive, one is made of fixtures/. Each check is told; the last line counts them.
"""

import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import traceback

import duckdb
import frictionless
import mlcroissant
import pandas
import polars
import pyarrow
import pyarrow.feather
import pyarrow.parquet
import rdflib.parser
import rocrate
import rocrate.rocrate
from rocrate_validator import models, services

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMATS = ["parquet", "arrow", "csv", "jsonl", "sqlite"]
SPLITS = "train=0.8,validation=0.1,test=0.1"
SHARED_AMOUNTS = ["granted_sek", "total_budget_sek", "call_sek", "participants"]
SHARED_DATES = ["period_start", "period_end", "opens", "closes"]

passed = failed = 0


def check(what, function, *arguments):
    global passed, failed
    try:
        function(*arguments)
    except Exception:
        failed += 1
        print(f"FAILED  {what}")
        traceback.print_exc(file=sys.stdout)
    else:
        passed += 1
        print(f"ok      {what}")


def same(found, expected):
    assert found == expected, f"{found!r:.800} is not {expected!r:.800}"


# What the records say, from their own files.


def load_records(archive):
    records = archive / "records"
    files = sorted(records.rglob("*.json"), key=lambda file: file.relative_to(records).parts)
    # What is under a folder comes before or after files by the folder's name alone.
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def table_name(kind):
    return kind.replace("-", "_")


def kinds(records):
    found = {}
    for record in records:
        found.setdefault(table_name(record["kind"]), []).append(record)
    return found


def field(record, name):
    return record["fields"].get(name, {}).get("value")


def day(text):
    return None if text is None else datetime.date.fromisoformat(text)


def part_rows(record, part):
    """The rows of a list in a record, as the tables have them, without the place on the page."""
    if part == "fields":
        return [
            (name, str(one["value"]), one["raw"], one["span"]["page"], one["span"]["start"], one["span"]["end"])
            for name, one in sorted(record["fields"].items())
        ]
    if part == "sections":
        return [(s["number"], s["heading"], s["level"], s["text"]) for s in record["sections"]]
    if part == "people":
        return [(p["name"], p.get("organisation")) for p in record["people"]]
    if part == "budget_items":
        return [(i["label"], i["amount_sek"]) for i in record.get("budget", {}).get("items", [])]
    if part == "choices":
        return [(c["label"], c["checked"]) for c in record["choices"]]
    if part == "lists":
        return [(name, entry) for name, entries in sorted(record["lists"].items()) for entry in entries]
    if part == "related":
        return [(r["title"], r.get("excerpt")) for r in record["related"]]
    if part == "warnings":
        return [(w["code"], w["message"], w.get("page")) for w in record["warnings"]]
    if part == "pages":
        return [(p["number"], p["origin"], p["text"]) for p in record["pages"]]
    if part == "letterhead":
        return [(one["text"], tuple(one["pages"])) for one in record["letterhead"]]
    if part == "section_spans":
        return [
            (number, span["page"], span["start"], span["end"])
            for number, section in enumerate(record["sections"], 1)
            for span in section["spans"]
        ]
    raise ValueError(part)


PARTS = {
    "fields": ["name", "value", "raw", "page", "start", "end"],
    "sections": ["number", "heading", "level", "text"],
    "section_spans": ["section", "page", "start", "end"],
    "people": ["name", "organisation"],
    "budget_items": ["label", "amount_sek"],
    "choices": ["label", "checked"],
    "lists": ["list", "entry"],
    "related": ["title", "excerpt"],
    "warnings": ["code", "message", "page"],
    "pages": ["number", "origin", "text"],
    "letterhead": ["text", "pages"],
}


# Parquet and Arrow.


def arrow_table(file):
    if file.suffix == ".parquet":
        return pyarrow.parquet.read_table(file)
    return pyarrow.feather.read_table(file)


def check_types(schema):
    for name in SHARED_AMOUNTS + ["record", "source_bytes", "budget_stated_total_sek"]:
        same(schema.field(name).type, pyarrow.int64())
    for name in SHARED_DATES:
        same(schema.field(name).type, pyarrow.date32())
    same(schema.field("kind_confidence").type, pyarrow.float32())
    same(schema.field("budget_consistent").type, pyarrow.bool_())
    same(schema.field("title").type, pyarrow.string())


def check_arrow(folder, suffix, records):
    main = arrow_table(folder / f"records.{suffix}")
    check_types(main.schema)
    same(main.column("id").to_pylist(), [record["id"] for record in records])
    same(main.column("record").to_pylist(), list(range(1, len(records) + 1)))
    for name, of_kind in kinds(records).items():
        table = arrow_table(folder / f"{name}.{suffix}")
        check_types(table.schema)
        check_kind(table, of_kind)


def check_kind(table, records):
    same(table.column("id").to_pylist(), [record["id"] for record in records])
    for name in SHARED_AMOUNTS:
        same(table.column(name).to_pylist(), [field(record, name) for record in records])
    for name in SHARED_DATES:
        same(table.column(name).to_pylist(), [day(field(record, name)) for record in records])
    for part, columns in PARTS.items():
        rows = table.column(part).to_pylist()
        found = [[tuple(plain(row[column]) for column in columns) for row in of] for of in rows]
        same(found, [part_rows(record, part) for record in records])
    spans = table.schema.field("fields").type.value_type
    same(spans.field("confidence").type, pyarrow.float32())
    same(spans.field("start").type, pyarrow.int64())


def plain(value):
    return tuple(value) if isinstance(value, list) else value


def check_readers(folder, suffix, records):
    """pandas, polars and DuckDB see the same rows and the same sums."""
    granted = [field(record, "granted_sek") for record in records]
    total = sum(amount for amount in granted if amount is not None)
    file = folder / f"records.{suffix}"
    if suffix == "parquet":
        frame = pandas.read_parquet(file, dtype_backend="pyarrow")
        lazy = polars.read_parquet(file)
        query = f"select count(*), sum(granted_sek), typeof(any_value(period_start)) from '{file}'"
        same(duckdb.sql(query).fetchall()[0], (len(records), total, "DATE"))
        query = f"select count(*) from (select unnest(sections) from read_parquet('{folder}/*.parquet', union_by_name = true))"
        same(duckdb.sql(query).fetchall()[0][0], sum(len(record["sections"]) for record in records))
    else:
        frame = pandas.read_feather(file, dtype_backend="pyarrow")
        lazy = polars.read_ipc(file)
    same(len(frame), len(records))
    same(int(frame["granted_sek"].sum()), total)
    same(str(frame["period_start"].dtype), "date32[day][pyarrow]")
    same(lazy.height, len(records))
    same(lazy["granted_sek"].sum(), total)
    same(lazy.schema["granted_sek"], polars.Int64)
    same(lazy.schema["period_start"], polars.Date)
    same(lazy.schema["budget_consistent"], polars.Boolean)
    for name, of_kind in kinds(records).items():
        other = folder / f"{name}.{suffix}"
        other = polars.read_parquet(other) if suffix == "parquet" else polars.read_ipc(other)
        same(other.explode("sections")["sections"].count(), sum(len(record["sections"]) for record in of_kind))


# CSV.


def check_csv(folder, records):
    file = folder / "records.csv"
    granted = [field(record, "granted_sek") for record in records]
    total = sum(amount for amount in granted if amount is not None)
    frame = pandas.read_csv(file, dtype_backend="numpy_nullable", parse_dates=SHARED_DATES)
    same(len(frame), len(records))
    same(str(frame["granted_sek"].dtype), "Int64")
    same(int(frame["granted_sek"].sum()), total)
    same(str(frame["period_start"].dtype)[:10], "datetime64")
    lazy = polars.read_csv(file, try_parse_dates=True, infer_schema_length=None)
    same((lazy.height, lazy["granted_sek"].sum()), (len(records), total))
    same((lazy.schema["granted_sek"], lazy.schema["period_start"]), (polars.Int64, polars.Date))
    query = f"select count(*), sum(granted_sek), typeof(any_value(period_start)) from read_csv('{file}', sample_size = -1)"
    same(duckdb.sql(query).fetchall()[0], (len(records), total, "DATE"))
    for name, of_kind in kinds(records).items():
        same(len(pandas.read_csv(folder / f"{name}.csv")), len(of_kind))


def check_csv_parts(folder, records):
    harmless = 0
    for part, columns in PARTS.items():
        frame = pandas.read_csv(folder / f"{part}.csv", dtype=str, keep_default_na=False)
        found = {}
        for row in frame.to_dict("records"):
            cells = []
            for column in columns:
                cell = row[column]
                if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r", "\n"):
                    harmless += 1
                    cell = cell[1:]
                assert cell[:1] not in ("=", "+", "@", "\t", "\r"), cell
                cells.append(cell)
            found.setdefault(int(row["record"]), []).append(tuple(cells))
        expected = {}
        for number, record in enumerate(records, 1):
            rows = [tuple(as_csv(cell) for cell in row) for row in part_rows(record, part)]
            if rows:
                expected[number] = rows
        same(found, expected)
    assert harmless > 0, "the fixtures have telephone numbers that begin with +"


def as_csv(cell):
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, tuple):
        return json.dumps(cell, separators=(",", ":"))
    return str(cell)


def check_line_ends(folder):
    for file in folder.glob("*.csv"):
        assert file.read_bytes().endswith(b"\r\n"), file


# JSON Lines.


def check_jsonl(folder, records):
    file = folder / "records.jsonl"
    lines = [json.loads(line) for line in file.open(encoding="utf-8")]
    splits = [line.pop("split") for line in lines]
    same(lines, records)
    assert set(splits) <= {"train", "validation", "test"}
    same(len(pandas.read_json(file, lines=True)), len(records))
    same(polars.read_ndjson(file, infer_schema_length=None).height, len(records))
    query = f"select count(*), sum(fields.granted_sek.value) from read_json('{file}', sample_size = -1)"
    granted = [field(record, "granted_sek") for record in records]
    total = sum(amount for amount in granted if amount is not None)
    same(duckdb.sql(query).fetchall()[0], (len(records), total))


# SQLite.


def check_sqlite(folder, records):
    database = sqlite3.connect(folder / "dataset.sqlite")
    same(database.execute("pragma integrity_check").fetchall(), [("ok",)])
    same(database.execute("pragma foreign_key_check").fetchall(), [])
    same(database.execute("select id from records order by record").fetchall(), [(r["id"],) for r in records])
    for name, of_kind in kinds(records).items():
        query = f'select one.granted_sek, one.period_start from "{name}" as one join records using (record) order by record'
        expected = [(field(r, "granted_sek"), field(r, "period_start")) for r in of_kind]
        same(database.execute(query).fetchall(), expected)
    for part, columns in PARTS.items():
        columns = ", ".join(f'"{column}"' for column in columns)
        rows = database.execute(f'select {columns} from "{part}" order by "row"').fetchall()
        expected = [as_sqlite(row) for record in records for row in part_rows(record, part)]
        same(rows, expected)


def as_sqlite(row):
    def cell(value):
        if isinstance(value, bool):
            return int(value)
        return json.dumps(value, separators=(",", ":")) if isinstance(value, tuple) else value

    return tuple(cell(value) for value in row)


def check_search(folder, records):
    database = sqlite3.connect(folder / "dataset.sqlite")

    def found(words):
        query = "select count(*) from search where search match ?"
        return database.execute(query, (words,)).fetchone()[0]

    def holding(word):
        count = 0
        for record in records:
            for section in record["sections"]:
                words = "".join(c if c.isalnum() else " " for c in section["heading"] + " " + section["text"])
                count += word in words.lower().split()
        return count

    for word in ["här", "har", "för", "for", "är", "ar", "och", "på", "pa"]:
        same((word, found(word)), (word, holding(word)))
        same((word, found(word.upper())), (word, holding(word)))
    assert found("för") > 0 and found("för") != found("for")


# Metadata.


def check_frictionless(folder):
    frictionless.system.trusted = True
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.to_summary()
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        digest = hashlib.sha256((folder / resource["path"]).read_bytes()).hexdigest()
        same(resource["hash"], f"sha256:{digest}")


def check_croissant(folder, format, records):
    path = folder / "croissant.json"
    dataset = mlcroissant.Dataset(str(path))
    same(list(dataset.metadata.ctx.issues.errors), [])
    names = [record_set.uuid for record_set in dataset.metadata.record_sets]
    if format in ("arrow", "sqlite"):
        same(names, ["splits"])
        return
    # One data set a record set: a second one of the same object fails on references.
    rows = list(mlcroissant.Dataset(str(path)).records(record_set="records"))
    same(len(rows), len(records))
    ids = [row["records/id"].decode() for row in rows]
    same(ids, [record["id"] for record in records])
    if format == "jsonl":
        return
    same([none(row["records/granted_sek"]) for row in rows], [field(r, "granted_sek") for r in records])
    for name, of_kind in kinds(records).items():
        rows = list(mlcroissant.Dataset(str(path)).records(record_set=name))
        same(len(rows), len(of_kind))
    if format == "csv":
        rows = list(mlcroissant.Dataset(str(path)).records(record_set="people"))
        same(len(rows), sum(len(record["people"]) for record in records))


def none(value):
    return None if value is None or pandas.isna(value) else int(value)


def check_crate(folder):
    """The crate's context cannot be fetched here; the rocrate package brings a newer one."""
    settings = services.ValidationSettings(
        rocrate_uri=str(folder),
        profile_identifier="ro-crate-1.1",
        requirement_severity=models.Severity.RECOMMENDED,
        # These two ask the network for the context.
        skip_checks=["ro-crate-1.1_3.1", "ro-crate-1.1_3.2"],
    )
    result = services.validate(settings)
    issues = [f"{issue.check.identifier}: {issue.message}" for issue in result.get_issues()]
    same(issues, [])
    loaded = rocrate.rocrate.ROCrate(str(folder))
    files = {entity.id for entity in loaded.get_entities() if entity.type == "File"}
    here = {file.name for file in folder.iterdir()} - {"ro-crate-metadata.json"}
    same(files, here)


def use_the_context_that_rocrate_brings():
    context = pathlib.Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"

    def opened(request):
        url = getattr(request, "full_url", request)
        assert url.startswith("https://w3id.org/ro/crate/1.1/context"), f"{url} was asked for"
        import urllib.request

        return urllib.request.urlopen(context.as_uri())

    rdflib.parser._urlopen = opened


# docs/datasets.md.


def snippets():
    """The blocks of the page that name a format: language, format, code."""
    text = (ROOT / "docs/datasets.md").read_text(encoding="utf-8")
    for block in re.finditer(r"^```(\w+) (\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield block.groups()


def run_snippet(language, code, folder):
    """Runs a block beside a dataset in a folder called `dataset`."""
    with tempfile.TemporaryDirectory() as place:
        os.symlink(folder.resolve(), pathlib.Path(place) / "dataset")
        if language == "sql":
            database = sqlite3.connect(folder / "dataset.sqlite")
            assert database.execute(code).fetchall(), "no rows"
            return
        command = {"python": [sys.executable, "-c", code], "r": ["Rscript", "-e", code]}[language]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


# All of it.


def export(diarium, archive, target, format, *options, threads=None):
    environment = dict(os.environ)
    if threads:
        environment["RAYON_NUM_THREADS"] = str(threads)
    command = [diarium, "-q", "export", archive, "--format", format, "--to", target, *options]
    subprocess.run(command, check=True, env=environment)
    return pathlib.Path(target)


def digests(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def check_same_bytes(diarium, archive, place, format, first, options):
    second = export(diarium, archive, place / f"again-{format}", format, *options, threads=1)
    expected = digests(first)
    found = digests(second)
    same(found, expected)


def check_dedup(diarium, archive, place, records):
    folder = export(diarium, archive, place / "dedup", "csv", "--dedup")
    kept = pandas.read_csv(folder / "records.csv")
    left_out = pandas.read_csv(folder / "duplicates.csv")
    same(len(kept) + len(left_out), len(records))
    assert set(left_out["record"]) <= set(kept["record"])
    assert (left_out["likeness"] >= 0.8).all()


def check_splits(folder, records):
    frame = pandas.read_parquet(folder / "records.parquet")
    same(set(frame["split"]) - {"train", "validation", "test"}, set())
    by_text = {}
    for split, record in zip(frame["split"], records):
        text = "\n".join(section["text"] for section in record["sections"])
        same(by_text.setdefault(text, split), split)


def main(diarium, archive=None):
    diarium = str(pathlib.Path(diarium).resolve())
    use_the_context_that_rocrate_brings()
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        if archive is None:
            archive = place / "archive"
            run = subprocess.run([diarium, "-q", "run", ROOT / "fixtures", "--out", archive])
            assert run.returncode == 0, run.returncode
        archive = pathlib.Path(archive)
        records = load_records(archive)
        options = ["--split", SPLITS, "--metadata", ROOT / "docs/dataset.example.toml"]
        folders = {}
        for format in FORMATS:
            folder = export(diarium, archive, place / format, format, *options)
            folders[format] = folder
            check(f"{format}: the same bytes on one thread", check_same_bytes, diarium, archive, place, format, folder, options)
            check(f"{format}: frictionless accepts the data package", check_frictionless, folder)
            check(f"{format}: mlcroissant reads the records", check_croissant, folder, format, records)
            check(f"{format}: rocrate-validator accepts the crate", check_crate, folder)
        for suffix in ["parquet", "arrow"]:
            check(f"{suffix}: types and values, nested ones too, with pyarrow", check_arrow, folders[suffix], suffix, records)
            check(f"{suffix}: rows and sums with pandas, polars, DuckDB", check_readers, folders[suffix], suffix, records)
        check("csv: rows, types and sums with pandas, polars, DuckDB", check_csv, folders["csv"], records)
        check("csv: every list, formulas made harmless", check_csv_parts, folders["csv"], records)
        check("csv: lines end as RFC 4180 has it", check_line_ends, folders["csv"])
        check("jsonl: each line is a record, with pandas, polars, DuckDB", check_jsonl, folders["jsonl"], records)
        check("sqlite: keys, rows and values", check_sqlite, folders["sqlite"], records)
        check("sqlite: search in Swedish", check_search, folders["sqlite"], records)
        check("splits part no equal texts", check_splits, folders["parquet"], records)
        check("near-duplicates are left out and named", check_dedup, diarium, archive, place, records)
        for number, (language, format, code) in enumerate(snippets(), 1):
            if language == "r" and not shutil.which("Rscript"):
                print(f"skipped block {number} of docs/datasets.md: there is no R here")
                continue
            check(f"block {number} of docs/datasets.md, {language}, {format}", run_snippet, language, code, folders[format])
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
