SELECT renewal.id, renewal.status, renewal.term_end_at, policy.number, customer.name AS customer, policy.premium_yen,
    renewal.next_on, renewal.next_step, owner.name AS owner, renewal.way, renewal.notified_at, renewal.escalated_at
FROM renewals_renewal renewal
JOIN policies_policy policy ON policy.id = renewal.policy_id
JOIN customers_customer customer ON customer.id = renewal.customer_id
JOIN accounts_user owner ON owner.id = renewal.owner_id
WHERE renewal.agency_id = %(agency)s AND renewal.status = ANY(%(open)s)
    AND renewal.term_end_at >= %(first)s AND renewal.term_end_at < %(last)s
ORDER BY renewal.term_end_at, renewal.id LIMIT 50
