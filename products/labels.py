"""The Japanese words for the parts of a book, for screens that walk it path by path.

A part nobody named here yet is shown by its own key, so a new part appears without anybody adding it first.
"""

from collections.abc import Mapping
from typing import Any

Path = tuple[str | int, ...]

WORDS: dict[str, str] = {
    "code": "コード", "name": "商品名", "policy_form": "約款", "insurer": "引受保険会社", "starts_on": "販売開始日",
    "edition": "版", "approval": "承認番号", "number": "番号", "text": "本文", "limits_are_packages": "プランのみ販売",
    "industries": "業種", "rate_class": "料率区分", "eligible": "引受対象", "figures": "条件で使う数値", "value": "値",
    "eligibility": "引受条件", "when": "条件", "outcome": "判定", "sentence": "案内文",
    "blocks": "止める手続き", "lifted_by": "解除する権限", "missing": "不足",
    "coverages": "補償と限度額", "description": "内容", "pays": "支払うもの", "limits": "限度額",
    "needs_rider": "必要な追加条項",
    "limit_rules": "限度額の決まり", "must": "守ること", "field": "項目",
    "deductibles": "自己負担額", "waiting_hours": "免責時間", "values": "選択肢", "preset": "初期値",
    "plans": "プラン", "liability_yen": "賠償責任", "cost_yen": "事故対応費用", "deductible_yen": "自己負担額",
    "bi_yen": "利益損害", "continuity_yen": "営業継続費用",
    "riders": "追加条項", "availability": "付け方", "needs": "必要なもの", "excludes": "同時に付けられないもの",
    "conditions": "条件", "price": "保険料への影響", "effect": "影響", "line": "料率の行",
    "sections": "告知書の章", "questions": "告知書の質問", "id": "番号", "version": "版", "wording": "質問文",
    "section": "章",
    "help": "補足", "options": "選択肢", "credit": "得点の割合", "shown_when": "表示する条件", "required": "必須",
    "score": "配点", "weight": "重み", "refer": "照会とする回答", "declarations": "申告事項", "stage": "時期",
    "must_be": "必要な回答",
    "tariff": "料率", "components": "構成", "base": "基礎額", "factors": "係数", "factor": "係数", "type": "種類",
    "fact": "見る事実", "table": "表", "default": "上記以外", "bands": "帯", "above": "以上", "below": "未満",
    "points": "点", "at": "点", "interpolation": "補間", "places": "補間の桁", "row_fact": "行の事実",
    "column_fact": "列の事実", "columns": "列", "rows": "表", "known": "確かな値", "row": "行", "column": "列",
    "minimum": "最低", "formula": "計算式", "per": "割る数", "rounding": "端数処理", "step": "単位(円)", "mode": "端数",
    "premium_yen": "保険料", "discounts": "割引", "cap": "上限", "rate": "率",
    "payments": "払込方法", "instalments": "回数", "surcharge": "割増", "first_due": "最初の払込み",
    "period": "保険期間", "rule": "決まり", "starts": "開始時刻", "short_rates": "短期率", "rates": "率の表",
    "days": "日", "months": "か月", "refunds": "保険料の返還", "end": "終わり方", "payment": "払込方法",
    "method": "計算",
    "texts": "重要事項説明書", "title": "表題", "lead": "前文", "overview": "契約概要", "attention": "注意喚起情報",
    "heading": "見出し", "important": "枠囲い", "paragraphs": "段落", "items": "箇条", "desks": "窓口",
    "purpose": "用件", "phone": "電話", "hours": "受付時間", "opens": "開始", "closes": "終了",
    "open_at_new_year": "年末年始", "hours_text": "受付時間の表記",
    "examples": "計算例", "industry": "業種", "sales_yen": "売上高", "plan": "プラン", "security_score": "評点",
    "aggregates": "総支払限度額", "inner_limits": "内枠", "limit_yen": "限度額", "within": "含まれる限度額",
    "basis": "単位", "pays_share": "縮小支払割合", "payout": "支払いの順序", "takes_deductible": "自己負担額の適用",
    "plan_is_chosen": "プランの選択", "for_sale": "見積りできるプラン", "by_plan": "プランごと",
    "other_limits": "その他の限度額",
    "removed_by_rider": "外す追加条項", "documents": "提出書類", "valid_days": "有効日数", "try": "試す値",
    "cells": "表", "steps": "段階", "part": "端数の扱い", "minimum_yen": "最低額", "proof": "確認資料",
    "expires": "有効期限の質問", "facts": "事実", "answers": "回答", "inception_on": "始期",
    "instalment_yen": "1回の保険料",
    "shown_monthly_yen": "月額の表示", "carrier_quote": "保険会社見積", "common": "統一満期",
    "month": "月", "day": "日",
    "starts_on_day": "始期の日", "closes_on_day": "締切日", "lead_months": "申込から始期までの月数",
    "first_term": "最初の期間の保険料", "group": "団体契約", "policyholder": "契約者", "member_label": "会員の呼び方",
    "membership": "会員資格", "leaving": "脱退したとき", "handled_by": "共同取扱", "share": "割合", "task": "分担",
    "renewal": "更改の定め", "simple": "簡易更改の条件", "sales_from": "前年の売上高に対する割合(下限)",
    "sales_to": "前年の売上高に対する割合(上限)", "premium_change": "保険料の変動(上限)",
    "same_class": "料率区分が同じ", "claims": "契約期間中の事故", "endorsements": "契約期間中の異動",
    "worse_answers": "悪くなった回答", "questions_anew": "あらためてたずねる質問", "experience": "事故歴の扱い",
    "by": "扱い方", "successor": "後継商品", "product": "商品", "since": "いつから",
    "loss": "損害", "report": "報告先",
    "label": "名称", "note": "備考", "source": "出典", "kind": "区分",
}  # fmt: skip

# What tells one item of a list from the others, in the order of preference.
_KEYS = (
    ("code",), ("id",), ("at",), ("above",), ("end", "payment"), ("industry", "sales_yen", "plan"),
    ("days", "months"), ("row", "column"), ("value",),
)  # fmt: skip
_NAMES = ("label", "heading", "wording", "sentence", "code", "id")


def word_of(key: str | int) -> str:
    """A part's word; a place in a list counts from one."""
    return WORDS.get(key, key) if isinstance(key, str) else f"{key + 1}"


def identities(items: tuple[Any, ...]) -> list[str]:
    """What each item of a list is known by, whatever its place: its code, its point, or at last its place."""
    if items and all(isinstance(item, Mapping) for item in items):
        for keys in _KEYS:
            if all(any(item.get(key) is not None for key in keys) for item in items):
                names = ["・".join(str(item[key]) for key in keys if item.get(key) is not None) for item in items]
                if len(set(names)) == len(names):
                    return names
    return [str(place) for place in range(len(items))]


def name_of(item: Any, identity: str) -> str:
    """How people call an item of a list."""
    if isinstance(item, Mapping):
        for key in _NAMES:
            if isinstance(item.get(key), str):
                return str(item[key])
    return f"{int(identity) + 1}" if identity.isdecimal() and not isinstance(item, Mapping) else identity


def written_path(path: Path, tree: Any) -> str:
    """A path that stays true when a list is put into another order: `tariff.components[main].base`."""
    words = ""
    for key in path:
        if isinstance(tree, tuple) and isinstance(key, int):
            words += f"[{identities(tree)[key]}]"
        else:
            words += f".{key}" if words else str(key)
        tree = tree[key]
    return words


def codes_of(tree: Any) -> dict[str, str]:
    """What the book itself calls the classes, plans and riders that its tables name by code."""
    found: dict[str, list[str]] = {}
    for part, key in (("industries", "rate_class"), ("plans", "code"), ("riders", "code")):
        items = tree.get(part) if isinstance(tree, Mapping) else None
        for item in items if isinstance(items, tuple) else ():
            if isinstance(item, Mapping) and isinstance(item.get("label"), str) and isinstance(item.get(key), str):
                found.setdefault(item[key], []).append(item["label"])
    return {code: "、".join(labels) for code, labels in found.items()}
