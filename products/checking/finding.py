"""What a check finds: a path into the book and a Japanese sentence. `products.reading` turns the path into a line."""

Path = tuple[str | int, ...]
Finding = tuple[Path, str]
