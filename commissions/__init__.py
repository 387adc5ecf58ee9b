"""手数料: what the carriers pay the agency for its contracts, and the book of it an office must be able to show.

Stands above everything that recommends a product: no proposal can see what one earns by it.
"""
