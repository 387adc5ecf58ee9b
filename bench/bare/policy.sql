SELECT policy.*, customer.name AS customer, customer.number AS customer_number, person.name AS person,
    issuer.name AS issuer, sender.name AS sender, before.number AS before, after.number AS after
FROM policies_policy policy
JOIN customers_customer customer ON customer.id = policy.customer_id
JOIN accounts_user person ON person.id = policy.in_charge_id
JOIN accounts_user issuer ON issuer.id = policy.issued_by_id
LEFT JOIN accounts_user sender ON sender.id = policy.posted_by_id
LEFT JOIN policies_policy before ON before.id = policy.renews_id
LEFT JOIN policies_policy after ON after.renews_id = policy.id
WHERE policy.number = %(number)s AND policy.agency_id = %(agency)s
