SELECT (SELECT at FROM core_event ORDER BY id LIMIT 1) < %(midnight)s
        AND (SELECT issued_at FROM policies_policy ORDER BY id LIMIT 1) < %(midnight)s AS began_before,
    array(SELECT kind FROM renewals_round WHERE "on" = %(on)s AND finished_at IS NOT NULL) AS finished
