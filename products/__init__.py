"""The carriers' products (商品) as dated books, and the arithmetic on them.

A book is one YAML file per product and first day of sale. It says who may be insured, which limits and riders can
be had, what is asked, what it costs and what the customer must be told. This room reads books strictly, rates
them with a receipt, and publishes them so that neither people nor the database can change them afterwards.
It leaves to others who is insured, what was answered and which quote was made.
"""
