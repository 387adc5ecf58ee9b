SELECT count(*) AS count FROM (
    SELECT 1 FROM policies_policy policy
    JOIN products_productversion version ON version.id = policy.product_version_id
    JOIN products_product product ON product.id = version.product_id
    WHERE policy.agency_id = %(agency)s AND policy.status = %(status)s AND product.code = %(product)s
        AND policy.in_charge_id = %(in_charge)s AND policy.ends_at >= %(since)s
    LIMIT 1001
) capped
