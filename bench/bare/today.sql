-- Every kind of duty: at most 40 lines, and how many there are.
(
    SELECT 1 AS place, 'claims' AS code, '事故の対応' AS label, 'bad' AS style, claim.next_on AS "on",
        claim.next_action AS words, coalesce(customer.name, claim.caller_words) AS who, claim.number,
        '/claims/' || claim.number || '/' AS url, '事故を開く' AS button, owner.name AS owner,
        claim.next_on < %(on)s AS late, count(*) OVER () AS total
    FROM claims_claim claim
    LEFT JOIN customers_customer customer ON customer.id = claim.customer_id
    JOIN accounts_user owner ON owner.id = claim.owner_id
    WHERE claim.agency_id = %(agency)s AND claim.status IN ('OPEN', 'HANDED_OFF', 'IN_PROGRESS') AND claim.next_on <= %(on)s
    ORDER BY claim.next_on, claim.id LIMIT 40
) UNION ALL (
    SELECT 2, 'complaints', '苦情の対応', 'bad', complaint.due_on,
        CASE complaint.status WHEN 'PROPOSED' THEN '完了の申請を確認し、承認する' ELSE '苦情の対応を進め、経過を記録する' END,
        complaint.complainant, complaint.number, '/complaints/' || complaint.number || '/', '苦情を開く', owner.name,
        complaint.due_on < %(on)s, count(*) OVER ()
    FROM complaints_complaint complaint JOIN accounts_user owner ON owner.id = complaint.owner_id
    WHERE complaint.agency_id = %(agency)s AND complaint.status IN ('OPEN', 'IN_PROGRESS', 'PROPOSED')
        AND complaint.due_on <= %(on)s
    ORDER BY complaint.due_on, complaint.id LIMIT 40
) UNION ALL (
    SELECT 3, 'bounces', '届かなかったメール', 'bad', bounce.due_on,
        letter.subject || ' — 不達。電話で伝えるか、宛先を直して送り直す', coalesce(nullif(letter.to_name, ''), bounce.address), '',
        '/bounces/' || bounce.id || '/handle/', '不達に対応する', coalesce(owner.name, ''), true, count(*) OVER ()
    FROM correspondence_bounce bounce JOIN correspondence_letter letter ON letter.id = bounce.letter_id
    LEFT JOIN accounts_user owner ON owner.id = bounce.owner_id
    WHERE bounce.agency_id = %(agency)s AND bounce.handled_at IS NULL
    ORDER BY bounce.due_on, bounce.id LIMIT 40
) UNION ALL (
    SELECT 5, 'incoming', '受信メール', 'warn', (mail.received_at AT TIME ZONE 'Asia/Tokyo')::date,
        CASE mail.kind WHEN 'BOUNCE' THEN '不達の知らせ' WHEN 'REPLY' THEN 'お客さまから返信' WHEN 'OTHER' THEN 'その他の受信メール'
            ELSE '読めないメール' END || ': ' || coalesce(nullif(mail.subject, ''), '件名なし'),
        mail.sender, '', '/incoming/' || mail.id || '/', 'メールを読む', coalesce(owner.name, ''), false, count(*) OVER ()
    FROM correspondence_incomingmail mail LEFT JOIN accounts_user owner ON owner.id = mail.owner_id
    WHERE mail.agency_id = %(agency)s AND mail.handled_at IS NULL AND (
        mail.kind IN ('REPLY', 'OTHER', 'UNREADABLE')
        OR mail.kind = 'BOUNCE'
            AND NOT EXISTS (SELECT 1 FROM correspondence_bounce known WHERE known.letter_id = mail.letter_id)
    )
    ORDER BY 5, mail.id LIMIT 40
) UNION ALL (
    SELECT 4, 'letters', '届かない・不明なメール', 'bad', (letter.queued_at AT TIME ZONE 'Asia/Tokyo')::date,
        letter.subject || ' — ' || CASE letter.status WHEN 'UNKNOWN' THEN '届いたかを相手に確認する' ELSE '宛先を確認して再送する' END,
        coalesce(nullif(letter.to_name, ''), array_to_string(letter.recipients, ', ')), '', '/letters/' || letter.id || '/',
        'メールを開く', person.name, true, count(*) OVER ()
    FROM correspondence_letter letter JOIN accounts_user person ON person.id = letter.queued_by_id
    WHERE letter.agency_id = %(agency)s AND (
        letter.status = 'UNKNOWN'
        OR letter.status = 'FAILED' AND NOT EXISTS (
            SELECT 1 FROM correspondence_bounce bounce WHERE bounce.letter_id = letter.id AND bounce.deed <> 'DISMISSED'
        )
    )
    ORDER BY 5, letter.id LIMIT 40
) UNION ALL (
    SELECT place, code, label, style, ends_on, words, who, number, url, '更改を開く', owner, late, total
    FROM (
        SELECT kind.*, (renewal.term_end_at AT TIME ZONE 'Asia/Tokyo')::date AS ends_on,
            CASE kind.code WHEN 'renewals-unsent' THEN '案内を今日送る(満期30日前を過ぎています)'
                ELSE coalesce(nullif(renewal.next_step, ''), '次の対応を決める') END AS words,
            customer.name AS who, policy.number, '/renewals/' || renewal.id || '/' AS url, owner.name AS owner,
            kind.code IN ('renewals-unsent', 'renewals-overdue') AS late,
            count(*) OVER (PARTITION BY kind.code) AS total,
            row_number() OVER (PARTITION BY kind.code ORDER BY renewal.term_end_at, renewal.id) AS rank
        FROM renewals_renewal renewal
        JOIN policies_policy policy ON policy.id = renewal.policy_id
        JOIN customers_customer customer ON customer.id = renewal.customer_id
        JOIN accounts_user owner ON owner.id = renewal.owner_id
        CROSS JOIN LATERAL (
            SELECT * FROM (VALUES
                (6, 'renewals-unsent', '更改の案内がまだ', 'bad', renewal.notified_at IS NULL AND renewal.status IN ('OPEN', 'RESPONDED', 'QUOTED')
                    AND renewal.response <> 'NOT_RENEWING' AND renewal.term_end_at <= %(unsent)s),
                (7, 'renewals-overdue', '更改 満期経過', 'bad', renewal.term_end_at < %(d0)s),
                (8, 'renewals-7', '更改 7日以内', 'bad', renewal.term_end_at <= %(d7)s),
                (9, 'renewals-14', '更改 14日以内', 'warn', renewal.term_end_at <= %(d14)s),
                (10, 'renewals-30', '更改 30日以内', 'warn', renewal.term_end_at <= %(d30)s),
                (11, 'renewals-45', '更改 45日以内', 'calm', renewal.term_end_at <= %(d45)s),
                (12, 'renewals-60', '更改 60日以内', 'calm', renewal.term_end_at <= %(d60)s),
                (13, 'renewals-90', '更改 90日以内', 'calm', renewal.term_end_at <= %(d90)s),
                (14, 'renewals-later', '更改 90日より先', 'calm', true)
            ) AS kinds (place, code, label, style, holds) WHERE holds ORDER BY place LIMIT 1
        ) kind
        WHERE renewal.agency_id = %(agency)s AND renewal.status IN ('OPEN', 'NOTIFIED', 'RESPONDED', 'QUOTED', 'APPLIED')
            AND (renewal.next_on IS NULL OR renewal.next_on <= %(on)s) AND NOT renewal.is_undelivered
    ) ranked WHERE rank <= 40
) UNION ALL (
    SELECT CASE WHEN signed THEN 15 ELSE 16 END, CASE WHEN signed THEN 'signed-applications' ELSE 'signed-answers' END,
        CASE WHEN signed THEN 'お客さまが確定した申込' ELSE 'お客さまが提出した告知書' END, 'warn',
        (signed_at AT TIME ZONE 'Asia/Tokyo')::date,
        CASE WHEN signed THEN '足りない記録を済ませて申込を受け付ける' ELSE '告知書の回答を確認して判定する' END,
        who, number, '/quotes/' || number || '/', '見積を開く', owner, false, total
    FROM (
        SELECT invitation.purpose = 'APPLICATION' AS signed, invitation.signed_at, customer.name AS who, quote.number,
            person.name AS owner, count(*) OVER (PARTITION BY invitation.purpose) AS total,
            row_number() OVER (PARTITION BY invitation.purpose ORDER BY (invitation.signed_at AT TIME ZONE 'Asia/Tokyo')::date, invitation.id) AS rank
        FROM portal_invitation invitation JOIN quotes_quote quote ON quote.id = invitation.quote_id
        JOIN customers_customer customer ON customer.id = quote.customer_id
        JOIN accounts_user person ON person.id = quote.in_charge_id
        WHERE invitation.agency_id = %(agency)s AND invitation.status = 'SIGNED' AND (
            invitation.purpose = 'APPLICATION' AND quote.edition = invitation.edition AND quote.status = 'OFFERED'
            OR invitation.purpose = 'QUESTIONNAIRE' AND quote.status = 'DRAFT'
        )
    ) ranked WHERE rank <= 40
) UNION ALL (
    SELECT 17, 'introduced', 'リンクの宛先の確認', 'warn', (invitation.sent_at AT TIME ZONE 'Asia/Tokyo')::date,
        visitor.name || '様の宛先を確かめて承認する', customer.name, quote.number, '/quotes/' || quote.number || '/',
        '見積を開く', person.name, false, count(*) OVER ()
    FROM portal_visitor visitor JOIN portal_invitation invitation ON invitation.id = visitor.invitation_id
    JOIN quotes_quote quote ON quote.id = invitation.quote_id
    JOIN customers_customer customer ON customer.id = quote.customer_id
    JOIN accounts_user person ON person.id = quote.in_charge_id
    WHERE invitation.agency_id = %(agency)s AND visitor.admitted_at IS NULL
        AND invitation.status IN ('SENT', 'OPENED', 'SIGNED') AND invitation.valid_until > %(at)s
    ORDER BY 5, visitor.id LIMIT 40
) UNION ALL (
    SELECT 18, 'asked', '引受の質問への回答', 'warn', coalesce(question.due_on, referral.due_on),
        CASE question.addressee WHEN 'CUSTOMER' THEN 'お客さまの回答を受けて登録する' ELSE '引受担当の質問に回答する' END,
        customer.name, quote.number, '/quotes/' || quote.number || '/', '回答する', person.name,
        coalesce(question.due_on, referral.due_on) < %(on)s, count(*) OVER ()
    FROM quotes_referral referral
    LEFT JOIN LATERAL (
        SELECT due_on, addressee FROM quotes_referralnote WHERE referral_id = referral.id AND kind = 'QUESTION'
        ORDER BY id DESC LIMIT 1
    ) question ON true
    JOIN quotes_quote quote ON quote.id = referral.quote_id
    JOIN customers_customer customer ON customer.id = quote.customer_id
    JOIN accounts_user person ON person.id = quote.in_charge_id
    WHERE quote.agency_id = %(agency)s AND referral.status = 'ASKED' ORDER BY 5, referral.id LIMIT 40
) UNION ALL (
    SELECT CASE WHEN near THEN 19 ELSE 21 END, CASE WHEN near THEN 'referrals-near' ELSE 'referrals' END,
        CASE WHEN near THEN '判断待ち・期限間近' ELSE '引受の判断待ち' END, CASE WHEN near THEN 'bad' ELSE 'wait' END, due_on,
        CASE WHEN due_on >= %(on)s THEN '引受担当の判断待ち(あと' || (due_on - %(on)s) || '日)'
            ELSE '引受担当の判断が' || (%(on)s - due_on) || '日遅れています。催促する' END,
        who, number, '/quotes/' || number || '/', '見積を開く', owner, due_on < %(on)s, total
    FROM (
        SELECT near, referral.due_on, customer.name AS who, quote.number, person.name AS owner,
            count(*) OVER (PARTITION BY near) AS total,
            row_number() OVER (PARTITION BY near ORDER BY referral.due_on, referral.id) AS rank
        FROM quotes_referral referral
        CROSS JOIN LATERAL (SELECT referral.due_on <= %(on)s + 2 AS near) promise
        JOIN quotes_quote quote ON quote.id = referral.quote_id
        JOIN customers_customer customer ON customer.id = quote.customer_id
        JOIN accounts_user person ON person.id = quote.in_charge_id
        WHERE quote.agency_id = %(agency)s AND referral.status = 'OPEN'
    ) ranked WHERE rank <= 40
) UNION ALL (
    SELECT 20, 'conditions', '引受条件', 'warn', condition.due_on, '引受条件を確認する: ' || condition.sentence, customer.name,
        quote.number, '/quotes/' || quote.number || '/', '確認を記録する', person.name, condition.due_on <= %(on)s,
        count(*) OVER ()
    FROM quotes_condition condition JOIN quotes_quote quote ON quote.id = condition.quote_id
    JOIN customers_customer customer ON customer.id = quote.customer_id
    JOIN accounts_user person ON person.id = quote.in_charge_id
    WHERE quote.agency_id = %(agency)s AND condition.edition = quote.edition AND condition.status = 'OPEN'
        AND condition.due_on <= %(on)s + 14 AND quote.status IN ('OFFERED', 'APPLIED', 'ISSUED')
    ORDER BY condition.due_on, condition.id LIMIT 40
) UNION ALL (
    SELECT 22, 'issues', '証券の発行', 'warn', quote.inception_on, '承諾を確かめて証券を発行する', customer.name, quote.number,
        '/quotes/' || quote.number || '/', '発行へ進む', person.name, quote.inception_on < %(on)s, count(*) OVER ()
    FROM quotes_quote quote JOIN customers_customer customer ON customer.id = quote.customer_id
    JOIN accounts_user person ON person.id = quote.in_charge_id
    WHERE quote.agency_id = %(agency)s AND quote.status = 'APPLIED' ORDER BY quote.inception_on, quote.id LIMIT 40
) UNION ALL (
    SELECT 23, 'lapsing', '期限が近い見積', 'warn', quote.valid_until, '見積の有効期限までに意向を確認する', customer.name,
        quote.number, '/quotes/' || quote.number || '/', '見積を開く', person.name, quote.valid_until < %(on)s, count(*) OVER ()
    FROM quotes_quote quote JOIN customers_customer customer ON customer.id = quote.customer_id
    JOIN accounts_user person ON person.id = quote.in_charge_id
    WHERE quote.agency_id = %(agency)s AND quote.status = 'OFFERED' AND quote.valid_until <= %(lapses)s
    ORDER BY quote.valid_until, quote.id LIMIT 40
) UNION ALL (
    SELECT 24, 'applications', '申込の手続き', 'calm', quote.inception_on, '足りない手続きを済ませて申込を受ける', customer.name,
        quote.number, '/quotes/' || quote.number || '/', '手続きを続ける', person.name, quote.inception_on < %(on)s,
        count(*) OVER ()
    FROM quotes_quote quote JOIN customers_customer customer ON customer.id = quote.customer_id
    JOIN accounts_user person ON person.id = quote.in_charge_id
    WHERE quote.agency_id = %(agency)s AND quote.status = 'OFFERED' AND quote.valid_until > %(lapses)s
        AND (quote.renewal_of_id IS NOT NULL OR EXISTS (SELECT 1 FROM quotes_step step WHERE step.quote_id = quote.id))
    ORDER BY quote.inception_on, quote.id LIMIT 40
) UNION ALL (
    SELECT 25, 'certificates', '証券の未送付', 'warn', (policy.issued_at AT TIME ZONE 'Asia/Tokyo')::date,
        CASE policy.delivery WHEN 'POST' THEN '証券を郵送して記録する' ELSE '証券のメールが送られたか確認する' END,
        customer.name, policy.number, '/policies/' || policy.number || '/', '契約を開く', person.name,
        (policy.issued_at AT TIME ZONE 'Asia/Tokyo')::date < %(on)s - 30, count(*) OVER ()
    FROM (
        SELECT id, number, customer_id, in_charge_id, issued_at, delivery FROM policies_policy
        WHERE agency_id = %(agency)s AND status = 'IN_FORCE' AND delivery = 'POST' AND posted_at IS NULL
        UNION ALL
        SELECT id, number, customer_id, in_charge_id, issued_at, delivery FROM policies_policy
        WHERE agency_id = %(agency)s AND status = 'IN_FORCE' AND delivery = 'EMAIL' AND issued_at < %(patience)s
            AND number IN (
                SELECT split_part(key, ':', 2) FROM correspondence_letter
                WHERE kind = 'POLICY_ISSUED' AND key LIKE '%%:issue' AND status <> 'SENT'
            )
    ) policy
    JOIN customers_customer customer ON customer.id = policy.customer_id
    JOIN accounts_user person ON person.id = policy.in_charge_id
    ORDER BY 5, policy.id LIMIT 40
) UNION ALL (
    SELECT 26, 'licences', '募集人資格の期限', 'warn', least(person.licence_basic_until, person.licence_product_until),
        CASE WHEN least(person.licence_basic_until, person.licence_product_until) < %(on)s THEN '資格が切れています。募集の担当を替える'
            ELSE '資格の更新を申し込む(期限まで' || CASE
                WHEN least(person.licence_basic_until, person.licence_product_until) - %(on)s <= 30 THEN 30
                WHEN least(person.licence_basic_until, person.licence_product_until) - %(on)s <= 60 THEN 60 ELSE 90 END
            || '日以内)' END,
        person.name, person.solicitor_number, '/customers/?in_charge=' || person.id, '担当のお客さまを見る', person.name,
        least(person.licence_basic_until, person.licence_product_until) < %(on)s, count(*) OVER ()
    FROM accounts_user person
    WHERE person.agency_id = %(agency)s AND person.is_active AND NOT person.is_robot
        AND (person.left_on IS NULL OR person.left_on >= %(on)s) AND person.role IN ('SOLICITOR', 'MANAGER')
        AND least(person.licence_basic_until, person.licence_product_until) <= %(licences)s
    ORDER BY 5, person.id LIMIT 40
)
