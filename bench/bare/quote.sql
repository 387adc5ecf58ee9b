SELECT quote.*, customer.name AS customer, customer.number AS customer_number, product.name AS product,
    version.fingerprint, before.number AS before
FROM quotes_quote quote
JOIN customers_customer customer ON customer.id = quote.customer_id
JOIN products_productversion version ON version.id = quote.product_version_id
JOIN products_product product ON product.id = version.product_id
LEFT JOIN policies_policy before ON before.id = quote.renewal_of_id
WHERE quote.number = %(number)s AND quote.agency_id = %(agency)s
