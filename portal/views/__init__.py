"""The doors: the customer's by his link, the office's on the quote's page."""
