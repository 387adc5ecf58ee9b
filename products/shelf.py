"""The books that come with the house, as files under `products/catalogue/`."""

from pathlib import Path

from products.reading import decoded, read_book

SHELF = Path(__file__).resolve().parent / "catalogue"


def shipped_books() -> list[tuple[Path, str]]:
    """Every shipped book with its text, each product's oldest first. Raises BookError."""
    texts = [(path, decoded(path.read_bytes(), path.name)) for path in sorted(SHELF.rglob("*.yaml"))]
    return sorted(texts, key=lambda pair: (read_book(pair[1], pair[0].name).starts_on, pair[0].name))
