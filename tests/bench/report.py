#!/usr/bin/env python3
"""report.py ROWS FOLDER: of the lines of JSON that the benchmarks wrote (tests/bench/Report.h) makes FOLDER/report.json and FOLDER/report.html,
one file without scripts or links: ratios beside their budgets, growth with size, and a chart for each thing measured at several sizes."""
import html
import json
import math
import pathlib
import sys

STYLE = """
:root { color-scheme: light dark; --ink: #1c1f24; --soft: #667085; --line: #d5d9e0; --back: #fff; --ours: #2563eb; --base: #8a94a6; --bad: #b42318; --good: #18794e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #98a2b3; --line: #343a46; --back: #15181d; --ours: #7aa7ff; --base: #7d8798; --bad: #ff8a80; --good: #6fd3a3; } }
body { font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--back); max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; } .bad { color: var(--bad); font-weight: 600; } .good { color: var(--good); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem; } figure { margin: 0; }
figcaption, p { color: var(--soft); } svg { width: 100%; } svg text { fill: var(--soft); font-size: 11px; }
.ours { stroke: var(--ours); fill: var(--ours); } .base { stroke: var(--base); fill: var(--base); } polyline { fill: none !important; stroke-width: 2; }
"""


def figure(value):
    """Three digits, as people write them."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def growth(rows):
    """The exponent between the smallest and the largest size: 1 is linear, 0 does not grow. For speeds it is that of the time."""
    first, last = rows[0], rows[-1]
    if first["size"] <= 0 or last["size"] <= first["size"] or first["value"] <= 0 or last["value"] <= 0:
        return None
    exponent = math.log(last["value"] / first["value"]) / math.log(last["size"] / first["size"])
    return 1 - exponent if first["unit"].endswith("/s") else exponent


def judge(row):
    """Adds `ratio`, and `met` where there is a budget."""
    if "baseline" in row:
        row["ratio"] = row["value"] / row["baselineValue"]
    judged = row.get("ratio", row["value"])
    if "atMost" in row:
        row["met"] = judged <= row["atMost"]
    elif "atLeast" in row:
        row["met"] = judged >= row["atLeast"]
    return row


def chart(rows):
    """Value against size, both on logarithmic scales."""
    width, height, margin = 320, 170, 34
    lines = [("ours", "value")] + ([("base", "baselineValue")] if all("baseline" in row for row in rows) else [])
    values = [row[key] for _, key in lines for row in rows]
    if min(values) <= 0 or rows[0]["size"] <= 0:
        return ""
    low, high = math.log(min(values)) - 0.2, math.log(max(values)) + 0.2
    left, right = math.log(rows[0]["size"]), math.log(rows[-1]["size"])
    across = lambda size: margin + (math.log(size) - left) / (right - left) * (width - 2 * margin)
    up = lambda value: height - margin - (math.log(value) - low) / (high - low) * (height - 2 * margin)
    parts = [f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{html.escape(rows[0]["what"])}">']
    for kind, key in lines:
        points = " ".join(f"{across(row['size']):.1f},{up(row[key]):.1f}" for row in rows)
        parts.append(f'<polyline class="{kind}" points="{points}"/>')
        for row in rows:
            parts.append(f'<circle class="{kind}" cx="{across(row["size"]):.1f}" cy="{up(row[key]):.1f}" r="3"/>')
            if key == "value":
                parts.append(f'<text x="{across(row["size"]):.1f}" y="{up(row[key]) - 8:.1f}" text-anchor="middle">{figure(row[key])}</text>')
    for row in rows:
        parts.append(f'<text x="{across(row["size"]):.1f}" y="{height - 8}" text-anchor="middle">{figure(row["size"])}</text>')
    parts.append("</svg>")
    beside = f', grey: {html.escape(rows[0]["baseline"])}' if len(lines) > 1 else ""
    title = f'{html.escape(rows[0]["what"])}: {html.escape(rows[0]["unit"])} for {html.escape(rows[0]["sizeUnit"])}{beside}'
    return f"<figure>{''.join(parts)}<figcaption>{title}</figcaption></figure>"


def table_row(row):
    budget = f"≤ {row['atMost']:g}" if "atMost" in row else f"≥ {row['atLeast']:g}" if "atLeast" in row else ""
    state = {True: "good", False: "bad", None: ""}[row.get("met")]
    judged = f"{row['ratio']:.2f} ×" if "ratio" in row else ""
    base = f"{figure(row['baselineValue'])} {row['unit']} ({row['baseline']})" if "baseline" in row else ""
    grows = "" if row.get("growth") is None else f"{row['growth']:.2f}"
    cells = [row["what"], f"{figure(row['size'])} {row['sizeUnit']}", f"{figure(row['value'])} {row['unit']}", base, judged, budget, grows,
             f"{row['peakKilobytes'] / 1024:.0f} MB"]
    return "<tr>" + "".join(f'<td class="{"" if at in (0, 3) else "number"}{" " + state if at == 4 or (at == 2 and not judged) else ""}">{html.escape(cell)}</td>'
                            for at, cell in enumerate(cells)) + "</tr>"


def main():
    rows = [judge(json.loads(line)) for line in pathlib.Path(sys.argv[1]).read_text().splitlines()]
    folder = pathlib.Path(sys.argv[2])
    things = {}
    for row in rows:
        things.setdefault(row["what"], []).append(row)
    for thing in things.values():
        thing.sort(key=lambda row: row["size"])
        thing[-1]["growth"] = growth(thing)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps([row for thing in things.values() for row in thing], indent=1, ensure_ascii=False) + "\n")
    names = ["What", "Size", "Keydesk", "Baseline", "Ratio", "Budget", "Growth", "Peak memory"]
    head = "".join(f'<th class="{"" if at in (0, 3) else "number"}">{name}</th>' for at, name in enumerate(names))
    body = "".join(table_row(row) for thing in things.values() for row in thing)
    charts = "".join(chart(thing) for thing in things.values() if thing[-1]["size"] > thing[0]["size"])
    (folder / "report.html").write_text(
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Keydesk benchmarks</title><style>{STYLE}</style>'
        "<h1>Keydesk benchmarks</h1><p>Medians of one run, each beside its baseline in the same run: only the ratios hold on another machine. Growth is the exponent "
        "of the cost between the smallest and the largest size: 1 is linear. Peak memory is that of the process that measured.</p>"
        f'<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><h2>Growth</h2><div class="charts">{charts}</div></html>\n')
    for thing in things.values():
        if thing[-1]["growth"] is not None:
            print(f"Growth of {thing[0]['what']}: size^{thing[-1]['growth']:.2f}")
    missed = [f"{row['what']}, {figure(row['size'])} {row['sizeUnit']}" for row in rows if row.get("met") is False]
    print(f"Budgets missed: {'; '.join(missed)}" if missed else "Every budget is met.")
    print(f"Report: {folder / 'report.html'}, {folder / 'report.json'}")


main()
