"""募集証跡パックの検証 / Verifies an evidence pack. Python 3.8 or newer, nothing else, no network.

    python verify.py                この(展開した)フォルダーを検証 / this unpacked folder
    python verify.py pack.zip       ZIPファイルを検証 / a ZIP file
    python verify.py … --digest D   画面や書面で受け取った指紋Dとも照合 / also against a fingerprint D you were given

終了コード / exit code: 0 = 改変なし intact, 1 = 改変あり altered, 2 = 読み取れない cannot be read.
手元のverify.pyが改変されているおそれがあるときは、別に入手したverify.pyを使ってください。
A program cannot vouch for itself: where this copy may have been altered, use one from elsewhere.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any, Dict, List, Tuple

FORMAT = "tate-evidence/1"
MANIFEST, HISTORY, SUMS = "manifest.json", "history.json", "SHA256SUMS"
START = "0" * 64
Files = Dict[str, bytes]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def canonical(value: Any) -> bytes:
    """One spelling for one value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def link(previous: str, entry: Any) -> str:
    """A link of a chain: covers the entry and the link before it, and so everything before."""
    return sha256(previous.encode() + b"\n" + canonical(entry))


def chained(entries: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The entries, each with the link that closes it."""
    previous, links = START, []
    for entry in entries:
        previous = link(previous, entry)
        links.append(dict(entry, link=previous))
    return links


def write_pack(files: Files) -> bytes:
    """The only ZIP there is of these files: stored, in this order, without dates, the manifest's digest as comment."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as pack:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            pack.writestr(entry, content)
        pack.comment = sha256(files[MANIFEST]).encode()
    return buffer.getvalue()


def sums(digests: Dict[str, str]) -> bytes:
    """SHA256SUMS, as sha256sum -c reads it: every file, the manifest too."""
    lines = ["%s  %s" % (digest, name) for name, digest in digests.items() if name != SUMS]
    return ("\n".join(lines) + "\n").encode()


def digests_of(files: Files) -> Dict[str, str]:
    return {name: sha256(content) for name, content in files.items()}


def faults_of_files(files: Files) -> List[str]:
    """Everything that is not as the manifest says; empty when nothing was altered."""
    faults = []
    for name in (MANIFEST, HISTORY, SUMS):
        if name not in files:
            return ["%s: ありません / missing" % name]
    digests = digests_of(files)
    if files[SUMS] != sums(digests):
        faults.append("%s: ファイルの指紋と一致しません / does not match the files" % SUMS)
    try:
        manifest = json.loads(files[MANIFEST].decode())
        if manifest["format"] != FORMAT:
            faults.append("%s: 形式が違います / unknown format" % MANIFEST)
        listed = {entry["path"] for entry in manifest["files"]} | {MANIFEST, SUMS}
        faults += ["%s: 目録にありません / not in the manifest" % name for name in files if name not in listed]
        previous = START
        for entry in manifest["files"]:
            path, told = entry["path"], {key: entry[key] for key in ("path", "bytes", "sha256")}
            previous = link(previous, told)
            if path not in files:
                faults.append("%s: ありません / missing" % path)
            elif len(files[path]) != entry["bytes"] or digests[path] != entry["sha256"]:
                faults.append("%s: 内容が改変されています / altered" % path)
            if entry["link"] != previous:
                faults.append("%s: 目録の連鎖が切れています / the chain of files breaks here" % path)
        if manifest["files_head"] != previous:
            faults.append("%s: 目録の連鎖の終わりが違います / the chain of files ends elsewhere" % MANIFEST)
        faults += faults_of_history(json.loads(files[HISTORY].decode()), manifest)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        faults.append("%s: 読み取れません / cannot be read (%s)" % (MANIFEST, type(error).__name__))
    return faults


def faults_of_history(history: List[Dict[str, Any]], manifest: Dict[str, Any]) -> List[str]:
    """Every entry closes the one before it; the last link and the count stand in the manifest."""
    faults, previous = [], START
    for number, entry in enumerate(history, start=1):
        told = {key: value for key, value in entry.items() if key != "link"}
        previous = link(previous, told)
        if entry["link"] != previous or entry["number"] != number:
            faults.append("%s: %d件目で連鎖が切れています / the chain breaks at entry %d" % (HISTORY, number, number))
            break
    if manifest["history"] != {"count": len(history), "head": previous}:
        faults.append("%s: 履歴の終わりが目録と違います / ends elsewhere than the manifest says" % HISTORY)
    return faults


def faults_of_pack(raw: bytes) -> Tuple[List[str], Files]:
    """The same for a ZIP, and that its bytes are the only ones these files can have."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as pack:
            files = {name: pack.read(name) for name in pack.namelist()}
    except Exception as error:  # whatever a damaged ZIP makes the library raise
        return ["ZIP: 読み取れません / cannot be read (%s: %s)" % (type(error).__name__, error)], {}
    faults = faults_of_files(files)
    if not faults and write_pack(files) != raw:
        faults.append("ZIP: 目録と内容のほかの部分が改変されています / altered outside its files")
    return faults, files


def read_folder(folder: Path) -> Files:
    """The pack's files beneath a folder. What Python leaves behind when it runs this program is not part of it."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    order: List[str] = []
    try:
        order = [entry["path"] for entry in json.loads(found[MANIFEST].decode())["files"]]
    except (ValueError, KeyError, TypeError):
        pass  # said by faults_of_files
    known = [name for name in order + [MANIFEST, SUMS] if name in found]
    return {name: found[name] for name in known + [name for name in found if name not in known]}


def main(arguments: List[str]) -> int:
    digest = ""
    if "--digest" in arguments:
        at = arguments.index("--digest")
        digest, arguments = "".join(arguments[at + 1 : at + 2]).lower(), arguments[:at] + arguments[at + 2 :]
    where = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        if where.is_dir():
            files = read_folder(where)
            faults = faults_of_files(files)
        else:
            faults, files = faults_of_pack(where.read_bytes())
    except OSError as error:
        print("読み取れません / cannot be read: %s" % error)
        return 2
    own = sha256(files.get(MANIFEST, b""))
    if digest and digest != own:
        faults.append("指紋が受け取ったものと違います / another fingerprint than the one you were given")
    for fault in faults:
        print("× " + fault)
    if faults:
        print("改変があります / ALTERED: %d" % len(faults))
        return 1
    print("改変はありません / INTACT: %d files, %d entries of history" % (len(files), _entries(files)))
    print("指紋 / fingerprint (SHA-256 of manifest.json): " + own)
    return 0


def _entries(files: Files) -> int:
    return len(json.loads(files[HISTORY].decode()))


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a Windows console may lack letters
    sys.exit(main(sys.argv[1:]))
