"""The books that come with the house, as files under `products/catalogue/`."""

from pathlib import Path

from products.reading import decoded

SHELF = Path(__file__).resolve().parent / "catalogue"


def shipped_books() -> list[tuple[Path, str]]:
    """Every shipped book with its text, the oldest first: a file is named after its first day. Raises BookError."""
    paths = sorted(SHELF.rglob("*.yaml"), key=lambda path: (path.stem, path.parent.name))
    return [(path, decoded(path.read_bytes(), path.name)) for path in paths]
