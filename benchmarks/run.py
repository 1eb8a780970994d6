"""pm beside bare tools: whole processes on made-up data, in turn, in one run; prints the tables of README.md.

    python benchmarks/run.py                      everything, about five minutes and 7 GB of temporary space
    python benchmarks/run.py --only street start  some of it
    python benchmarks/run.py --data FOLDER        the street folder of your own, for the speed of the load
    python benchmarks/run.py --only before --before FOLDER [--data ARCHIVE]
                                                  beside an earlier state of pm, in a checkout with a .venv of its own

It needs pm itself, installed in the Python that runs it; DuckDB takes part when it is there (the `bench` extra).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import make_data
import polars as pl
from measure import Result, Run, run, run_with_engine, side_by_side

PYTHON = sys.executable
PM = [str(script)] if (script := Path(PYTHON).with_name("pm")).exists() else [PYTHON, "-m", "pmcli"]

SCAN = """
import sys, polars as pl
columns = ["Month", "Falls within", "Crime type"]
pl.scan_csv(sys.argv[1] + "/**/*.csv", infer_schema=False).group_by(columns).agg(pl.len()).collect(engine="streaming")
"""
DUCKDB = """
import sys, duckdb
duckdb.sql(f'''SELECT Month, "Falls within", "Crime type", count(*)
FROM read_csv('{sys.argv[1]}/**/*.csv', all_varchar=true, header=true) GROUP BY ALL''').fetchall()
"""
INFLATE = """
import sys, zipfile
from concurrent.futures import ThreadPoolExecutor
archive = zipfile.ZipFile(sys.argv[1])
with ThreadPoolExecutor(2) as pool:
    for size in pool.map(lambda name: len(archive.read(name)), archive.namelist()):
        pass
"""
RECORDS = """
import sys, polars as pl
path = sys.argv[1]
rows = pl.scan_parquet(path) if path.endswith("parquet") else pl.scan_csv(path, infer_schema=False)
kept = rows.select("Crime number", "Date recorded", "Offence type", "Knife", "VAWG").unique("Crime number", keep="any")
month = pl.col("Date recorded").str.slice(3)
kept.group_by(month, "Offence type", "Knife", "VAWG").agg(pl.len()).collect(engine="streaming")
"""
RECORDS_MAP = """
layout = "records"
force = "essex"
[columns]
crime_number = "Crime number"
recorded_date = "Date recorded"
ho_subgroup = "Offence type"
[flags]
knife = "Knife"
vawg = "VAWG"
"""
RELAY = """
import io, sys, polars as pl
given = sys.argv[1] if len(sys.argv) > 1 else io.BytesIO(sys.stdin.buffer.read())
out = io.BytesIO()
pl.read_parquet(given).write_parquet(out)
sys.stdout.buffer.write(out.getvalue())
"""


def main() -> None:
    """Make the data, run what was asked for, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=list(BENCHMARKS), default=list(BENCHMARKS), metavar="NAME")
    parser.add_argument("--times", type=int, default=5, help="rounds that count, after one that does not (5)")
    parser.add_argument("--millions", type=float, nargs="+", default=[3, 10, 14], help="sizes of the street folders")
    parser.add_argument("--records", type=float, default=5, help="millions of crime records (5)")
    parser.add_argument("--crimes", type=float, nargs="+", default=[5, 50], help="millions of crimes in the warehouse")
    parser.add_argument("--limit", default="4GB", help="memory that DuckDB may have in a warehouse (4GB)")
    parser.add_argument("--data", type=Path, help="a street folder to use instead of a made-up one")
    parser.add_argument("--before", type=Path, help="a checkout of an earlier state of pm, with its .venv")
    parser.add_argument("--temp", type=Path, help="where the temporary folder goes")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores; {options.times} rounds in turn after a warm-up; medians, fastest to slowest.\n")
    with tempfile.TemporaryDirectory(dir=options.temp) as temp:
        for name in options.only:
            BENCHMARKS[name](options, Path(temp))


def street(options: argparse.Namespace, temp: Path) -> None:
    """`pm load FOLDER` beside a bare scan and DuckDB; then its peak memory as the folder grows."""
    folders = {"": options.data} if options.data else _folders(options, temp)
    name = min(folders, key=lambda n: abs(float(n or 0) - 10))
    folder = folders[name]
    files = sum(1 for _ in folder.rglob("*.csv"))
    rows = f"{name} million rows, " if name else ""
    jobs = {
        "bare Polars scan-and-count": lambda: run([PYTHON, "-c", SCAN, str(folder)]),
        "`pm load FOLDER -o x.parquet`": lambda: _load(folder, temp),
    }
    if importlib.util.find_spec("duckdb"):
        jobs["DuckDB `read_csv` count"] = lambda: run([PYTHON, "-c", DUCKDB, str(folder)])
    _table(f"street folder, {rows}{files:,} files", side_by_side(jobs, options.times))
    if len(folders) > 1:
        grown: dict[str, Callable[[], Run]] = {
            f"`pm load`, {n} million rows": lambda f=f: _load(f, temp)  # type: ignore[misc]
            for n, f in folders.items()
        }
        _table("peak memory as the folder grows", side_by_side(grown, max(1, options.times // 2)))


def archive(options: argparse.Namespace, temp: Path) -> None:
    """The same rows as an archive and as a folder, and what inflating alone takes."""
    folders = _folders(options, temp)
    name = min(folders, key=float)
    packed = make_data.zipped(folders[name], temp / "street.zip")
    jobs = {
        "inflating alone, 2 threads": lambda: run([PYTHON, "-c", INFLATE, str(packed)]),
        "`pm load x.zip`": lambda: _load(packed, temp),
        "`pm load FOLDER`, the same files": lambda: _load(folders[name], temp),
    }
    _table(
        f"zip archive, {name} million rows, {packed.stat().st_size / 1e6:,.0f} MB", side_by_side(jobs, options.times)
    )


def pipe(options: argparse.Namespace, temp: Path) -> None:
    """A pipe of four pm commands beside four processes that only read and write Parquet."""
    from pmcli.catalogue import Catalogue

    catalogue = Catalogue()
    table, parquet = temp / "counts.csv", temp / "counts.parquet"
    forces = [force.id for force in catalogue.forces.values() if force.kind == "territorial"][:43]
    measures = [m.id for m in catalogue.measures.values() if m.kind == "count"]
    months = -(-300_000 // (len(forces) * len(measures)))
    rows = make_data.counts_csv(table, forces, measures, months)
    load = [*PM, "load", str(table), "--as", "counts"]
    run([*load, "-o", str(parquet)])
    bare = [PYTHON, "-c", RELAY]
    rest = ([*PM, "rolling"], [*PM, "compare"], [*PM, "show"])
    jobs = {
        "four bare Python processes, Parquet in and out": lambda: run([*bare, str(parquet)], bare, bare, bare),
        "`pm load x.parquet \\| pm rolling \\| pm compare \\| pm show`": lambda: run(
            [*PM, "load", str(parquet)], *rest
        ),
        "the same from CSV, which has to be parsed": lambda: run(load, *rest),
    }
    _table(f"a pipe of four, {rows:,} rows", side_by_side(jobs, options.times))


def packs(options: argparse.Namespace, temp: Path) -> None:
    """A pack of one force and of all, beside the time of loading what they are made of."""
    from pmcli.catalogue import Catalogue

    catalogue = Catalogue()
    table, parquet = temp / "pack.csv", temp / "pack.parquet"
    forces = [force.id for force in catalogue.forces.values() if force.kind == "territorial"]
    measures = [m.id for m in catalogue.measures.values() if m.kind == "count" and "home-office" in m.where]
    of_the_pack = [name for name in measures if catalogue.measures[name].group != "other"]
    rows = make_data.counts_csv(table, forces, of_the_pack, 140)
    load = [*PM, "load", str(table), "--as", "counts"]
    run([*load, "-o", str(parquet)])
    pack = [*PM, "pack", "-i", str(parquet), "-o", str(temp / "packs"), "--force"]
    jobs = {
        "`pm load x.csv`": lambda: run([*load, "-o", str(parquet)]),
        "`pm pack --force essex`": lambda: run([*pack, "essex"]),
        "`pm pack --force essex --xlsx --md`": lambda: run([*pack, "essex", "--xlsx", "--md"]),
        "`pm pack --force all`": lambda: run([*pack, "all"]),
    }
    title = f"packs, {len(forces)} forces, {len(of_the_pack)} measures, {rows:,} rows"
    _table(title, side_by_side(jobs, max(1, options.times // 2)))


def records(options: argparse.Namespace, temp: Path) -> None:
    """Crime records as CSV, as Parquet, and with one line break inside quotes, beside a bare scan of the same."""
    plain, parquet, broken = temp / "records.csv", temp / "records.parquet", temp / "broken.csv"
    rows = round(options.records * 1e6)
    make_data.records_csv(plain, rows)
    pl.scan_csv(plain, infer_schema=False).sink_parquet(parquet)
    with plain.open() as opened, broken.open("w") as written:
        written.write(next(opened))
        written.write(re.sub(r"District (\d+)", r'"District\n\1"', next(opened)))
        shutil.copyfileobj(opened, written)
    mapping = temp / "records.toml"
    mapping.write_text(RECORDS_MAP)
    out = str(temp / "x.parquet")
    load = [*PM, "load", "--map", str(mapping), "-o", out]
    whole = [*PM, "load", "--map", str(mapping.with_name("victims.toml")), "-o", out]
    victims = RECORDS_MAP.replace(
        "[flags]", 'victim_id = "Victim ref"\nvictim_age = "Victim age"\nweapon = "Weapon"\n[flags]'
    )
    mapping.with_name("victims.toml").write_text(victims)
    jobs = {
        "bare Polars: distinct numbers, counts by month, type, flags": lambda: run([PYTHON, "-c", RECORDS, str(plain)]),
        "`pm load x.csv --map`": lambda: run([*load, str(plain)]),
        "the same, with repeat victims, ages, weapons": lambda: run([*whole, str(plain)]),
        "`pm load x.csv`, one line break inside quotes": lambda: run([*load, str(broken)]),
    }
    _table(
        f"crime records, {rows:,} rows of CSV, {plain.stat().st_size / 1e6:,.0f} MB", side_by_side(jobs, options.times)
    )
    jobs = {
        "bare Polars, the same": lambda: run([PYTHON, "-c", RECORDS, str(parquet)]),
        "`pm load x.parquet --map`": lambda: run([*load, str(parquet)]),
    }
    _table(f"the same as Parquet, {parquet.stat().st_size / 1e6:,.0f} MB", side_by_side(jobs, options.times))


def start(options: argparse.Namespace, _temp: Path) -> None:
    """How long pm takes to say anything at all."""
    jobs = {
        "`python -c pass`": lambda: run([PYTHON, "-c", "pass"]),
        "`pm --version`": lambda: run([*PM, "--version"]),
        "`pm --help`": lambda: run([*PM, "--help"]),
    }
    _table("start-up", side_by_side(jobs, options.times * 4), unit="ms")


def warehouse(options: argparse.Namespace, temp: Path) -> None:
    """Crimes counted in DuckDB by `pm load --connect`, beside a query written by hand; what comes back, and memory."""
    import make_warehouse

    out = temp / "counts.parquet"
    limit = f"memory_limit={options.limit}"
    for millions in options.crimes:
        base = temp / f"crimes-{millions:g}.db"
        make_warehouse.crimes(base, round(millions * 1e6))
        load = _counted(f"duckdb://{base}?{limit}", temp)
        jobs = {
            "the engine's own query, by hand": lambda base=base: run(
                [PYTHON, make_warehouse.__file__, str(base), limit]
            ),
            "`pm load --connect`": lambda load=load: run(load),
        }
        found = side_by_side(jobs, options.times)
        _table(f"{millions:g} million crimes in DuckDB, {base.stat().st_size / 1e6:,.0f} MB", found)
        hand, ours = found.values()
        print(f"Processor time: {hand.processor:.1f} s by hand, {ours.processor:.1f} s by pm.", _sent(out), "\n")
        base.unlink()


def spark(options: argparse.Namespace, temp: Path) -> None:
    """The same in Spark in local mode, which is a process of its own: pm's memory and Spark's are told apart."""
    import make_warehouse

    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        print("No PySpark or no Java: nothing to count in Spark.\n")
        return
    print(
        "| Spark, local[2] | s | processor s | pm's or Python's peak MB | Spark's peak MB |\n|---|---:|---:|---:|---:|"
    )
    for millions in options.crimes:
        folder = temp / f"spark-{millions:g}"
        made = folder / "crimes" / "crimes.parquet"  # a table is a folder
        made.parent.mkdir(parents=True)
        make_warehouse.parquet(made, round(millions * 1e6))
        found = make_warehouse.spark(folder, made)
        jobs = {
            "the engine's own query, by hand": [PYTHON, make_warehouse.__file__, "spark"],
            "`pm load --connect pyspark://`": [*_counted("pyspark://", temp), "--latest", "line"],
        }
        for name, command in jobs.items():
            one, engine = run_with_engine(command, found)
            print(
                f"| {name}, {millions:g} million | {one.seconds:.0f} | {one.processor:.0f} | {one.megabytes:.0f} "
                f"| {engine:.0f} |",
                flush=True,
            )
        shutil.rmtree(folder)
    print(f"\n{_sent(temp / 'counts.parquet')}\n")


def _counted(url: str, temp: Path) -> list[str]:
    """The command that counts the made-up crimes of a warehouse into counts.parquet."""
    import make_warehouse

    mapping = temp / "warehouse.toml"
    mapping.write_text(make_warehouse.MAPPING)
    asked = ["--table", "crimes", "--map", str(mapping), "--by", "weapon", "--area", "district"]
    return [*PM, "load", "--connect", url, *asked, "-o", str(temp / "counts.parquet")]


def _sent(out: Path) -> str:
    said = subprocess.run([*PM, "history", str(out)], capture_output=True, text=True, check=True).stdout
    return next(line.strip() for line in said.splitlines() if " bytes" in line)


def before(options: argparse.Namespace, temp: Path) -> None:
    """pm beside an earlier state of it: processor time, each in its own samples/, and both on `--data`."""
    if options.before is None:
        print("No --before: nothing to stand beside.\n")
        return
    states = {"before": options.before.resolve(), "now": Path(__file__).resolve().parent.parent}
    out = ["-o", str(temp / "x.parquet")]
    words: dict[str, list[str]] = {f"`pm {name}` in samples/": [name, *out] for name in ("compare", "rank", "outliers")}
    if options.data is not None:
        words[f"`pm load {options.data.name}`"] = ["load", str(options.data.resolve()), *out]
    print("| processor time | before, ms | now, ms | ratio | of the least |\n|---|---:|---:|---:|---:|")
    for name, given in words.items():
        jobs = {
            state: lambda root=root, given=given: run(  # type: ignore[misc]
                [str(root / ".venv" / "bin" / "pm"), *given], folder=root / "samples"
            )
            for state, root in states.items()
        }
        found = side_by_side(jobs, options.times * 3)
        was, now = found["before"], found["now"]
        print(
            f"| {name} | {was.processor * 1000:.0f} | {now.processor * 1000:.0f} | {now.processor / was.processor:.2f} "
            f"| {now.least_processor / was.least_processor:.2f} |",
            flush=True,
        )
    print()


BENCHMARKS = {
    "before": before,
    "start": start,
    "pipe": pipe,
    "street": street,
    "archive": archive,
    "records": records,
    "packs": packs,
}
BENCHMARKS |= {"warehouse": warehouse, "spark": spark}


def _folders(options: argparse.Namespace, temp: Path) -> dict[str, Path]:
    """The street folders by their size in millions of rows: the largest is written, the others are parts of it."""
    month = make_data.FORCES * make_data.ROWS_A_FILE / 1e6
    months = {f"{size:g}": -int(-size // month) for size in sorted(options.millions)}
    largest = temp / "street"
    if not largest.exists():
        make_data.street_folder(largest, max(months.values()))
        for name, number in months.items():
            make_data.part_of(largest, number, temp / f"street-{name}")
    return {name: temp / f"street-{name}" for name in months}


def _load(given: Path, temp: Path) -> Run:
    return run([*PM, "load", str(given), "-o", str(temp / "x.parquet")])


def _table(title: str, results: dict[str, Result], unit: str = "s") -> None:
    factor, digits = (1000, 0) if unit == "ms" else (1, 2)
    first = next(iter(results.values())).seconds
    print(f"| {title} | {unit} | range | ratio | peak MB |\n|---|---:|---:|---:|---:|")
    for name, r in results.items():
        spread = f"{r.fastest * factor:.{digits}f}–{r.slowest * factor:.{digits}f}"
        print(f"| {name} | {r.seconds * factor:.{digits}f} | {spread} | {r.seconds / first:.2f} | {r.megabytes:.0f} |")
    print(flush=True)


if __name__ == "__main__":
    main()
