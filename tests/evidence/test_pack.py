"""募集証跡パック: everything is in it, and one flipped byte anywhere is found."""

import io
import json
import random
import subprocess
import sys
import zipfile

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from accounts.models import Role
from core.doors import perform
from core.errors import Refused
from core.history import timeline
from correspondence.models import Letter, Paper, PaperContent
from evidence.actions import make_pack
from evidence.collecting import collect
from evidence.models import Pack
from evidence.packing import pack
from evidence.verify import chained, digests_of, faults_of_files, faults_of_pack, link, main, sha256, sums, write_pack
from portal.models import AccessCode, Visitor
from quotes.models import Quote
from tests.evidence.making import HOSTILE, make_case, make_one_pack
from tests.making import A_MONDAY, make_user
from tests.quotes.making import make_quote

pytestmark = pytest.mark.django_db
FLIPS = 1_000


@pytest.fixture(scope="module")
def found(django_db_setup, django_db_blocker):
    """The case is walked once; the tests below need only what was packed of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        quote = make_case()
        made = make_one_pack(quote)
        record = collect(Quote.objects.get(pk=quote.pk))
        found = {
            "raw": bytes(made.content), "digest": made.digest, "quote": quote, "record": record,
            "pdfs": {bytes(pdf) for pdf in PaperContent.objects.values_list("pdf", flat=True)},
            "papers": Paper.objects.count(), "letters": list(Letter.objects.values_list("message_id", flat=True)),
            "secrets": [
                *(one for column in ("seed", "token_hash") for one in Visitor.objects.values_list(column, flat=True)),
                *AccessCode.objects.values_list("seed", flat=True),
            ],
            "twice": pack(record).content == pack(record).content,
            "sections": {section.code: section for section in record.sections},
        }  # fmt: skip
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def files(found):
    with zipfile.ZipFile(io.BytesIO(found["raw"])) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def test_a_pack_verifies_and_says_the_digest_that_stands_elsewhere(found, files, tmp_path):
    assert faults_of_pack(found["raw"])[0] == []
    assert sha256(files["manifest.json"]) == found["digest"]
    assert zipfile.ZipFile(io.BytesIO(found["raw"])).comment.decode() == found["digest"]
    assert f"{found['digest']}  manifest.json" in files["SHA256SUMS"].decode()
    assert found["twice"]


def test_a_pack_holds_everything(found, files):
    pdfs = [content for name, content in files.items() if name.startswith("papers/")]
    assert set(pdfs) == found["pdfs"]
    assert len(pdfs) == found["papers"] >= 6
    mails = "".join(content.decode() for name, content in files.items() if name.startswith("mails/"))
    assert all(f"Message-ID: {message_id}" in mails for message_id in found["letters"])
    index = files["index.html"].decode()
    for words in (
        "髙﨑 𠮷子", "株式会社髙﨑𠮷田商会㈱", "当初の意向", "推奨の理由", "ご希望の限度額に届くため。",
        "重要事項の説明", "電磁的方法の承諾", "田中 一郎", "新聞記事検索", "募集証跡", "保険証券", "計画書.pdf",
        "リンクの送信", "面談で回答",
    ):  # fmt: skip
        assert words in index, words
    verbs = {entry["verb"] for entry in json.loads(files["history.json"])}
    assert verbs >= {"customers.record_consent", "proposals.record_wish", "quotes.apply", "policies.issue_policy"}
    for answer in found["sections"]["answers"].lines:
        assert answer.title.replace("&", "&amp;") in index
    assert HOSTILE not in index
    assert "http" not in index.replace("http-equiv", "")  # nothing from elsewhere
    assert all(f'href="{name}"' in index for name in files if name.split("/")[0] in {"papers", "documents", "mails"})
    everything = b"".join(files.values()).decode(errors="replace")
    assert found["secrets"]
    assert not any(secret in everything for secret in found["secrets"])


def test_every_table_that_hangs_on_a_quote_is_told(found):
    """A table somebody adds tomorrow is missing here until its room tells it."""
    told = {model for section in found["record"].sections for model in section.tables}
    elsewhere = {
        "quotes.EffectLine": "measures drafts of books, not this case", "renewals.Renewal": "its history is the case's",
        "evidence.Pack": "stands in the history", "quotes.Authority": "hangs on the person",
        "renewals.BatchLine": "each deed of a batch is a line of its renewal's history",
    }  # fmt: skip
    rooms = {"quotes", "proposals", "portal", "renewals", "evidence"}
    hanging, reached = {Quote}, {Quote}
    while reached:
        reached = {
            model for model in apps.get_models() for field in model._meta.concrete_fields
            if field.related_model in reached and model._meta.app_label in rooms
        } - hanging  # fmt: skip
        hanging |= reached
    assert sorted(model._meta.label for model in hanging - told if model._meta.label not in elsewhere) == []


def test_one_flipped_byte_in_any_file_is_found(files):
    chance = random.Random(20261122)
    names, weights = zip(*((name, max(len(content), 200)) for name, content in files.items()), strict=True)
    missed = []
    for number in range(FLIPS):
        # Every file takes its turn, then chance by size.
        name = names[number] if number < len(names) else chance.choices(names, weights)[0]
        where, bit = chance.randrange(len(files[name])), 1 << chance.randrange(8)
        altered = bytearray(files[name])
        altered[where] ^= bit
        if not faults_of_files({**files, name: bytes(altered)}):
            missed.append((name, where, bit))
    assert missed == []


def test_one_flipped_byte_anywhere_in_the_zip_itself_is_found(found):
    """Headers, dates, directory and comment too: these files have one ZIP and no other."""
    chance, raw = random.Random(7), found["raw"]
    tail = len(raw) - raw.index(b"PK\x01\x02")  # the directory, where most flips change nothing one can read
    missed = []
    for number in range(FLIPS // 2):
        where = chance.randrange(len(raw)) if number % 2 else len(raw) - 1 - chance.randrange(tail)
        altered = bytearray(raw)
        altered[where] ^= 1 << chance.randrange(8)
        if not faults_of_pack(bytes(altered))[0]:
            missed.append(where)
    assert missed == []


def test_who_mends_the_sums_of_what_he_altered_is_found_by_the_digest_he_was_given(found, files, tmp_path, capsys):
    history = json.loads(files["history.json"])
    entries = [{key: value for key, value in entry.items() if key != "link"} for entry in history]
    entries[3]["summary"] = "別の話"
    forged = dict(files, **{"history.json": json.dumps(chained(entries), ensure_ascii=False).encode()})
    manifest = json.loads(files["manifest.json"])
    listed = [{"path": one["path"], "bytes": len(forged[one["path"]]), "sha256": sha256(forged[one["path"]])}
              for one in manifest["files"]]  # fmt: skip
    manifest["files"] = chained(listed)
    manifest["files_head"] = manifest["files"][-1]["link"]
    manifest["history"]["head"] = chained(entries)[-1]["link"]
    forged["manifest.json"] = json.dumps(manifest, ensure_ascii=False).encode()
    forged["SHA256SUMS"] = sums(digests_of(forged))
    (tmp_path / "forged.zip").write_bytes(write_pack(forged))
    assert main([str(tmp_path / "forged.zip")]) == 0
    assert main([str(tmp_path / "forged.zip"), "--digest", found["digest"]]) == 1
    assert "受け取ったものと違います" in capsys.readouterr().out


def test_a_link_of_the_history_covers_all_before_it(files):
    history = json.loads(files["history.json"])
    assert len(history) > 20
    previous = "0" * 64
    for entry in history:
        told = {key: value for key, value in entry.items() if key != "link"}
        previous = link(previous, told)
        assert entry["link"] == previous
    swapped = [history[1], history[0], *history[2:]]
    broken = dict(files, **{"history.json": json.dumps(swapped).encode()})
    assert any("history.json: 1" in fault for fault in faults_of_files(broken))
    history[3]["summary"] = "別の話"
    told = dict(files, **{"history.json": json.dumps(history).encode()})
    assert any("history.json: 4件目" in fault for fault in faults_of_files(told))


def test_the_program_in_the_pack_runs_alone(found, files, tmp_path):
    """Isolated, without site packages, on the folder and on the ZIP; the exit code says it too."""
    (tmp_path / "pack.zip").write_bytes(found["raw"])
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(tmp_path / "pack.zip") as zipped:
        zipped.extractall(folder)

    def run(*arguments):
        program = [sys.executable, "-I", "-S", "-B", str(folder / "verify.py"), *arguments]
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    assert run()[0] == 0
    code, said = run(str(tmp_path / "pack.zip"))
    assert (code, "改変はありません / INTACT" in said, found["digest"] in said) == (0, True, True)
    assert run(str(tmp_path / "nothing.zip"))[0] == 2
    mail = next(folder.glob("mails/*.txt"))
    mail.write_text(mail.read_text() + "。")
    code, said = run()
    assert code == 1
    assert f"mails/{mail.name}: 内容が改変されています / altered" in said
    (tmp_path / "pack.zip").write_bytes(b"not a zip")
    assert run(str(tmp_path / "pack.zip"))[0] == 1


def test_the_screen_asks_why_keeps_the_pack_and_hands_it_out(client):
    quote = make_quote()
    url = reverse("evidence:packs", args=[quote.number])
    client.force_login(quote.in_charge)
    assert url in client.get(quote.get_absolute_url()).content.decode()
    assert client.post(url, {"reason": " "}).status_code == 422
    assert not Pack.objects.exists()
    page = client.post(url, {"reason": "監査"}, follow=True).content.decode()
    made = Pack.objects.get()
    assert made.digest in page
    answer = client.get(made.get_absolute_url())
    assert faults_of_pack(answer.content)[0] == []
    said = [event.summary for event in timeline(quote)[:2]]
    assert "ダウンロード" in said[0]
    assert "理由: 監査" in said[1]
    client.force_login(make_user(quote.agency, Role.AUDITOR))
    assert client.get(made.get_absolute_url()).status_code == 200
    client.force_login(make_user(quote.agency, Role.UNDERWRITER))
    assert "作成できます" in client.get(url).content.decode()
    assert client.post(url, {"reason": "監査"}).status_code == 422
    assert client.get(made.get_absolute_url()).status_code == 403
    client.force_login(make_user())
    assert client.get(made.get_absolute_url()).status_code == 404
    assert client.get(url).status_code == 404
    with pytest.raises(Refused, match="変更も削除もできません"):
        perform(lambda: Pack.objects.update(reason="別の理由"))
    with pytest.raises(Refused, match="理由を入力"):
        perform(make_pack, quote=quote, reason="", by=quote.in_charge, at=A_MONDAY)
