#!/usr/bin/env python3
"""Compares how DOCX files are read with python-docx, docx2txt and mammoth (npm), in the same run.

    documents.py DOCUMENT_BENCH FOLDER [--mammoth NODE_MODULES] [--rounds N] [--worst N]

Recall: the words of a reader's text that ours has too, per file; the median of the readers counts. Times are medians of
the rounds, of the processor time of reading alone. Readers that are not installed are left out."""
import argparse
import collections
import io
import json
import pathlib
import re
import statistics
import subprocess
import tempfile
import time
import unicodedata

MAMMOTH = """
const mammoth = require(process.argv[1] + '/mammoth'), fs = require('fs');
(async () => {
  const rounds = Number(process.argv[2]), out = {};
  for (const path of process.argv.slice(3)) {
    const buffer = fs.readFileSync(path), times = [];
    try {
      let text = '';
      for (let i = 0; i < rounds; i++) {
        const start = process.cpuUsage();
        text = (await mammoth.extractRawText({buffer})).value;
        const used = process.cpuUsage(start);
        times.push(used.user + used.system);
      }
      out[path] = [text, times.sort((a, b) => a - b)[Math.floor(rounds / 2)]];
    } catch (error) { }
  }
  console.log(JSON.stringify(out));
})();
"""


def words(text):
    text = unicodedata.normalize("NFKC", text).replace("\u00ad", "").lower()
    return collections.Counter(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+", text))


def recall(reference, text):
    total = sum(reference.values())
    return sum((reference & text).values()) / total if total else 1.0


def python_docx_text(data):
    import docx

    document = docx.Document(io.BytesIO(data))
    lines = [p.text for p in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)


def docx2txt_text(data):
    import docx2txt

    return docx2txt.process(io.BytesIO(data))


def measure_python(read, path, rounds):
    data = path.read_bytes()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        text = read(data)
        times.append((time.process_time() - start) * 1e6)
    return text, statistics.median(times)


def ours(bench, files, rounds):
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run([bench, "--text", folder, str(rounds), *map(str, files)], capture_output=True, text=True, check=True)
        read = {}
        for line, path in zip(result.stdout.splitlines(), files):
            status, micros = line.split("\t")[:2]
            text = pathlib.Path(folder, path.name + ".txt").read_text(errors="replace")
            read[path] = (int(status), float(micros), text)
    return read


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--mammoth", help="node_modules that has mammoth")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--worst", type=int, default=10)
    args = parser.parse_args()
    files = sorted(args.folder.glob("*.docx"))
    read = ours(args.bench, files, args.rounds)
    others = collections.defaultdict(dict)
    for name, function in (("python-docx", python_docx_text), ("docx2txt", docx2txt_text)):
        for path in files:
            try:
                others[name][path] = measure_python(function, path, args.rounds)
            except ImportError:
                break
            except Exception:  # a file that this reader can't open
                continue
    if args.mammoth:
        command = ["node", "-e", MAMMOTH, args.mammoth, str(args.rounds), *map(str, files)]
        result = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        others["mammoth"] = {pathlib.Path(path): tuple(value) for path, value in result.items()}

    scores = []
    for path in files:
        recalls = {name: recall(words(texts[path][0]), words(read[path][2])) for name, texts in others.items() if path in texts and texts[path][0].strip()}
        if recalls:
            scores.append((statistics.median(recalls.values()), path.name, recalls, read[path][0]))
    scores.sort()
    print(f"{len(files)} files, {sum(status == 0 for status, _, _ in read.values())} read, {len(scores)} compared")
    if scores:
        print(f"recall: mean {statistics.mean(s[0] for s in scores):.4f}, at least .99 in {sum(s[0] >= .99 for s in scores)}, below .9 in {sum(s[0] < .9 for s in scores)}")
    for median, name, recalls, status in scores[:args.worst]:
        print(f"  {median:.3f} {name} (status {status}) " + " ".join(f"{key} {value:.3f}" for key, value in recalls.items()))
    for name, texts in others.items():
        shared = [path for path in files if path in texts and read[path][0] == 0]
        if shared:
            mine = statistics.median(read[path][1] for path in shared)
            theirs = statistics.median(texts[path][1] for path in shared)
            ratio = statistics.median(texts[path][1] / read[path][1] for path in shared)
            print(f"{name}: {len(shared)} files, median {theirs:.0f} us, ours {mine:.0f} us, {theirs / mine:.1f} times; per file {ratio:.1f} times")


if __name__ == "__main__":
    main()
