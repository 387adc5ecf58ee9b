SELECT card.id, card.status, policy.number, customer.name AS customer, card.term_end_at, owner.name AS owner,
    card.next_step, card.next_on
FROM (
    SELECT *, row_number() OVER (PARTITION BY status ORDER BY term_end_at, id) AS place FROM renewals_renewal
    WHERE agency_id = %(agency)s AND status = ANY(%(open)s)
) card
JOIN policies_policy policy ON policy.id = card.policy_id
JOIN customers_customer customer ON customer.id = card.customer_id
JOIN accounts_user owner ON owner.id = card.owner_id
WHERE card.place <= 4 ORDER BY card.status, card.place
