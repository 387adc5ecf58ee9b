SELECT policy.number, policy.status, policy.ends_at, policy.premium_yen, customer.name AS customer,
    product.name AS product, person.name AS person
FROM policies_policy policy
JOIN customers_customer customer ON customer.id = policy.customer_id
JOIN products_productversion version ON version.id = policy.product_version_id
JOIN products_product product ON product.id = version.product_id
JOIN accounts_user person ON person.id = policy.in_charge_id
WHERE policy.agency_id = %(agency)s AND policy.status = %(status)s AND product.code = %(product)s
    AND policy.in_charge_id = %(in_charge)s AND policy.ends_at >= %(since)s
ORDER BY policy.ends_at, policy.id LIMIT 50
