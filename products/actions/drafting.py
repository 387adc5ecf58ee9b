"""Writing the draft of a book: every change names its source and leaves a line that nobody can take back."""

import difflib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from accounts.models import User
from core.bulk import insert
from core.doors import action
from core.errors import Refused, Stale
from core.history import record
from products.editing import flat, replaced, spots, starting_on, values_of
from products.labels import written_path
from products.models import DraftChange, ProductDraft, ProductVersion
from products.permissions import check_can_edit_draft, check_can_write_books
from products.reading import LARGEST_BYTES, BookError, Path

MOST_LINES = 500  # one change of the whole text that moves more values than this is kept as its differing lines
NO_SOURCE = "変更の根拠(資料名・通知の日付など)を入力してください。"


@action
def open_draft(
    *, base: ProductVersion | None, text: str | None, starts_on: date, purpose: str, by: User, at: datetime
) -> ProductDraft:
    """Begin the next version of a book: from a published version, or from a file somebody uploaded (`text`).

    Raises Refused (BookError) where the text is no strict YAML or does not say which product it is.
    """
    check_can_write_books(by)
    if text is None and base is None:
        raise Refused("元にする版を選ぶか、商品ブックのファイルを選んでください。")
    written = text if text is not None else base.content if base else ""
    _check_writable(written)
    tree = values_of(written)
    code = tree.get("code")
    if not isinstance(code, str) or not 0 < len(code) <= 50 or not code.replace("-", "").replace("_", "").isalnum():
        raise Refused("商品コードがありません。ファイルに「code: 商品コード」の行を書いてください。", field="file")
    if base is None:
        base = ProductVersion.objects.standing().filter(product__code=code).order_by("-starts_on").first()
    elif base.product.code != code:
        raise Refused(f"選んだ版とファイルの商品コード({code})が違います。どちらかを選び直してください。", field="file")
    draft = ProductDraft(
        product_code=code, base=base, purpose=purpose, text=starting_on(written, starts_on), starts_on=starts_on,
        opened_at=at, opened_by=by,
    )  # fmt: skip
    draft.save()
    origin = "ファイル" if text is not None else f"{base.starts_on:%Y-%m-%d}の版" if base else ""
    record(
        "products.open_draft", f"{draft.name}の下書きを{origin}から作成しました({purpose})。", about=_about(draft),
        by=by, at=at,
    )  # fmt: skip
    return draft


@action
def edit_draft(
    *, draft: ProductDraft, changes: Mapping[Path, str], source: str, seen_version: int, by: User, at: datetime
) -> ProductDraft:
    """Write single values anew (`changes`: path → as the book writes it); the rest of the text stays byte for byte."""
    row = locked(draft, seen_version)
    check_can_edit_draft(by, row)
    before = row.text
    where = spots(before)
    unknown = [path for path in changes if path not in where]
    if unknown:
        raise Stale
    moved = {
        path: written
        for path, written in changes.items()
        if before[where[path].start : where[path].end] != written
    }  # fmt: skip
    if not moved:
        return row
    return _write(row, replaced(before, moved), source, by, at)


@action
def rewrite_draft(
    *, draft: ProductDraft, text: str, source: str, seen_version: int, by: User, at: datetime
) -> ProductDraft:
    """Replace the whole text. It may hold mistakes: it is a draft."""
    row = locked(draft, seen_version)
    check_can_edit_draft(by, row)
    text = _same_line_ends(text, row.text)
    _check_writable(text)
    return row if text == row.text else _write(row, text, source, by, at)


@action
def move_start(
    *, draft: ProductDraft, starts_on: date, source: str, seen_version: int, by: User, at: datetime
) -> ProductDraft:
    """Change the first day of sale, in the draft and in its book."""
    row = locked(draft, seen_version)
    check_can_edit_draft(by, row)
    if starts_on == row.starts_on and starting_on(row.text, starts_on) == row.text:
        return row
    row.starts_on = starts_on
    return _write(row, starting_on(row.text, starts_on), source, by, at)


def locked(draft: ProductDraft, seen_version: int | None = None) -> ProductDraft:
    """The draft's row, locked until the door closes. Refused when it changed after `seen_version`."""
    row = ProductDraft.objects.select_for_update(of=("self",)).select_related("base__product").get(pk=draft.pk)
    if seen_version is not None and row.version != seen_version:
        raise Stale
    return row


def _write(row: ProductDraft, text: str, source: str, by: User, at: datetime) -> ProductDraft:
    """Keep the new text, its lines of change and one line of history."""
    if not source.strip():
        raise Refused(NO_SOURCE, field="source")
    before, row.text = row.text, text
    row.version += 1
    row.save(update_fields=["text", "starts_on", "version"])
    lines = [
        DraftChange(
            draft=row, version=row.version, path=path[:400], before=old, after=new, source=source.strip(),
            changed_at=at, changed_by=by,
        )
        for path, old, new in changes_between(before, text)
    ]  # fmt: skip
    insert(lines)
    record(
        "products.edit_draft", f"{row}を変更しました({len(lines)}か所、根拠: {source.strip()})。", about=_about(row),
        by=by, at=at, paths=[line.path for line in lines[:50]],
    )  # fmt: skip
    return row


def changes_between(before: str, after: str) -> list[tuple[str, str, str]]:
    """What changed, value by value; where one of the two is no readable YAML, only its look changed, or very much did:
    the lines that differ."""
    try:
        old_tree, new_tree = values_of(before), values_of(after)
    except BookError:
        return [_lines(before, after)]
    old = {written_path(path, old_tree): _said(value) for path, value in flat(old_tree)}
    new = {written_path(path, new_tree): _said(value) for path, value in flat(new_tree)}
    names = [name for name in dict.fromkeys([*new, *old]) if old.get(name, "") != new.get(name, "")]
    if not names or len(names) > MOST_LINES:
        return [_lines(before, after)]
    return [(name, old.get(name, ""), new.get(name, "")) for name in names]


def _lines(before: str, after: str) -> tuple[str, str, str]:
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), "変更前", "変更後", lineterm="", n=1)
    return DraftChange.WHOLE, "", "\n".join(found) or "改行だけの変更"


def _said(value: Any) -> str:
    return "null" if value is None else str(value)


def _same_line_ends(text: str, before: str) -> str:
    """A browser sends CRLF whatever it was given; the file keeps its own."""
    return text if "\r\n" in before else text.replace("\r\n", "\n")


def _check_writable(text: str) -> None:
    if "\x00" in text:
        raise Refused("使用できない文字(制御文字)が含まれています。ファイルを確認してください。", field="text")
    if len(text.encode()) > LARGEST_BYTES:
        raise Refused(f"商品ブックが大きすぎます。{LARGEST_BYTES:,}バイト以下にしてください。", field="text")


def _about(draft: ProductDraft) -> list[Any]:
    return [draft, *([draft.base] if draft.base else [])]
