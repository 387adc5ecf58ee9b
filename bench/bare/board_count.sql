SELECT count(*) FROM (
    SELECT 1 FROM renewals_renewal
    WHERE agency_id = %(agency)s AND status = ANY(%(open)s) AND term_end_at >= %(first)s AND term_end_at < %(last)s
    LIMIT 10001
) found
