"""Questions of the bank: a book asks them in its own words, but means the same and takes the same kind of answer."""

from collections.abc import Iterator

from products.bank import bank
from products.book import Book
from products.checking.finding import Finding


def wrong_meanings(book: Book) -> Iterator[Finding]:
    """Ids of the bank used for another kind of answer, or with answers the bank does not know."""
    for index, question in enumerate(book.questions):
        meaning = bank().meaning(question.id)
        if meaning is None:
            continue
        if question.kind != meaning.kind:
            words = f"「{question.id}」は質問台帳で「{meaning.meaning}」({meaning.kind})を表します。"
            yield ("questions", index, "kind"), f"{words}種類を{meaning.kind}にするか、別のidにしてください。"
            continue
        for at, option in enumerate(question.options):
            if option.value not in meaning.values:
                known = "、".join(meaning.values)
                words = f"「{question.id}」の選択肢の値「{option.value}」は質問台帳にありません({known})。"
                yield ("questions", index, "options", at, "value"), words


def notices_of(book: Book) -> Iterator[str]:
    """What is allowed but worth a second look: questions no other book will ever fill, a はい nobody asks about."""
    asked = {question.id for question in book.questions}
    own = [question.id for question in book.questions if bank().meaning(question.id) is None]
    if own:
        yield f"質問台帳にない、この商品だけの質問です(ほかの告知書との引継ぎはありません): {'、'.join(own)}"
    for question in book.questions:
        meaning = bank().meaning(question.id)
        if lost := [place for place in (meaning.places if meaning else ()) if place not in asked]:
            yield f"「{question.id}」が「はい」のとき、場所をたずねていない質問があります: {'、'.join(lost)}"
