SELECT renewal.status, renewal.owner_id, owner.name AS owner, office.id AS office_id, office.name AS office,
    (renewal.term_end_at AT TIME ZONE 'Asia/Tokyo')::date AS day, count(*) AS n, sum(policy.premium_yen)::bigint AS yen
FROM renewals_renewal renewal
JOIN accounts_user owner ON owner.id = renewal.owner_id
LEFT JOIN accounts_office office ON office.id = owner.office_id
JOIN policies_policy policy ON policy.id = renewal.policy_id
WHERE renewal.agency_id = %(agency)s AND (renewal.status = ANY(%(open)s) OR renewal.term_end_at >= %(since)s)
GROUP BY 1, 2, 3, 4, 5, 6
