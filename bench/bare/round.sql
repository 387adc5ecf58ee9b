-- The opening and the notices of one nightly round by hand: what somebody writes who wants the rows and nothing else.
-- It writes the very rows `renewals.actions` writes (tests/bench holds the two against each other), on the same tables
-- with the same constraints, indexes and guards. It knows what the bench's agency has: renewals without terms (they are
-- rated by the step before, which no SQL does), the house's own calendar and words, contracts without endorsements,
-- addresses that live and consents that stand. Statements end with a semicolon at the end of a line.

CREATE FUNCTION pg_temp.limit_words(yen bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
    SELECT CASE WHEN yen = 0 THEN '0円' ELSE concat(
        CASE WHEN yen / 1000000000000 > 0 THEN to_char(yen / 1000000000000, 'FM999,999') || '兆' END,
        CASE WHEN mod(yen / 100000000, 10000) > 0 THEN to_char(mod(yen / 100000000, 10000), 'FM9,999') || '億' END,
        CASE WHEN mod(yen / 10000, 10000) > 0 THEN to_char(mod(yen / 10000, 10000), 'FM9,999') || '万' END,
        CASE WHEN mod(yen, 10000) > 0 THEN to_char(mod(yen, 10000), 'FM9,999') END, '円') END
$body$;

CREATE FUNCTION pg_temp.written(d date) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
    SELECT to_char(d, 'FMYYYY"年"FMMM"月"FMDD"日"')
$body$;

CREATE FUNCTION pg_temp.written_with_weekday(d date) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
    SELECT to_char(d, 'FMYYYY"年"FMMM"月"FMDD"日"') || '(' || substr('日月火水木金土', extract(dow FROM d)::int + 1, 1) || ')'
$body$;

CREATE FUNCTION pg_temp.line(label text, value text, note text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $body$
    SELECT jsonb_build_object('label', label, 'value', value, 'note', note)
$body$;

INSERT INTO renewals_renewal (
    agency_id, policy_id, customer_id, owner_id, term_end_at, status, opened_at, opened_by_id, way, response,
    response_channel, response_person, response_note, outcome_reason, is_undelivered, next_on, next_step, version
)
SELECT agency_id, id, customer_id, in_charge_id, ends_at, 'OPEN', %(at)s, %(by)s, '', '', '', '', '', '', false,
    greatest(%(on)s, (ends_at AT TIME ZONE 'Asia/Tokyo')::date - 60), '更改のご案内を送る', 1
FROM policies_policy policy
WHERE status = 'IN_FORCE' AND ends_at <= %(opens)s
    AND NOT EXISTS (SELECT 1 FROM policies_policy later WHERE later.renews_id = policy.id)
    AND NOT EXISTS (SELECT 1 FROM renewals_renewal known WHERE known.policy_id = policy.id);

CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT renewal.id, renewal.agency_id, renewal.policy_id, renewal.customer_id, renewal.term_end_at, day.ends_on,
    policy.number, policy.insurer, policy.premium_yen, policy.starts_at, policy.terms, customer.name AS customer,
    contact.name AS contact, contact.title, contact.email, owner.name AS owner,
    coalesce(nullif(owner.email, ''), agency.email) AS reply_to, agency.name AS agency, agency.registration_number,
    agency.postcode, agency.address, agency.phone, agency.email AS agency_email, agency.capacity,
    CASE WHEN day.ends_on - 14 > %(on)s THEN day.ends_on - 14 ELSE least(%(on)s + 3, day.ends_on) END AS answer_by,
    ARRAY['renewals.renewal:' || renewal.id, 'policies.policy:' || renewal.policy_id,
        'customers.customer:' || renewal.customer_id] AS about,
    'renewal:' || renewal.id || ':notice:' || day.ends_on || ':r1' AS paper_key,
    'renewal:' || renewal.id || ':notice-60:' || day.ends_on AS letter_key
FROM renewals_renewal renewal
CROSS JOIN LATERAL (SELECT (renewal.term_end_at AT TIME ZONE 'Asia/Tokyo')::date AS ends_on) day
JOIN policies_policy policy ON policy.id = renewal.policy_id
JOIN customers_customer customer ON customer.id = renewal.customer_id
JOIN accounts_user owner ON owner.id = renewal.owner_id
JOIN accounts_agency agency ON agency.id = renewal.agency_id
LEFT JOIN LATERAL (
    SELECT name, title, email FROM customers_contact WHERE customer_id = renewal.customer_id AND NOT "left"
    ORDER BY is_primary DESC, (email <> '') DESC, id LIMIT 1
) contact ON true
WHERE renewal.status = 'OPEN' AND renewal.noticed_at IS NULL AND renewal.term_end_at > %(at)s
    AND renewal.term_end_at <= %(horizon)s;

INSERT INTO core_event (at, by_id, verb, summary, about, details)
SELECT %(at)s, %(by)s, 'renewals.open_renewals_due',
    number || 'の更改を始めました(満期まであと' || (ends_on - %(on)s) || '日)。', about, '{}'
FROM due;

INSERT INTO correspondence_paper (
    agency_id, key, kind, title, subject, template, page, revision, dated_on, amount_yen, counterparty, about, filed_at,
    filed_by_id
)
SELECT agency_id, paper_key, 'RENEWAL_NOTICE', '更改のご案内', number, 'papers/renewal_notice.html',
    jsonb_build_object(
        'agency', jsonb_build_object(
            'name', agency, 'registration', registration_number, 'address', '〒' || left(postcode, 3) || '-' || right(postcode, 4) || ' ' || address,
            'phone', phone, 'email', agency_email, 'person', owner,
            'capacity', '当社は、保険会社の委託を受けて保険契約の締結の' || CASE capacity WHEN 'AGENT' THEN '代理' ELSE '媒介' END || 'を行います。'
        ),
        'addressee', jsonb_build_object(
            'name', customer, 'person', concat_ws(' ', nullif(title, ''), nullif(contact, '')), 'honorific', '御中'
        ),
        'ends', pg_temp.written(ends_on) || '午後4時', 'answer_by', answer_by, 'insurer', insurer,
        'contract', (
            SELECT jsonb_build_array(pg_temp.line('証券番号', number, ''), pg_temp.line('保険契約者', customer, ''))
                || jsonb_agg(pg_temp.line(role, names, ''))
                || jsonb_build_array(
                    pg_temp.line('保険の種類', trim(terms->>'product_label' || ' ' || (terms->>'plan_label')), '引受保険会社 ' || insurer),
                    pg_temp.line('保険期間', pg_temp.written((starts_at AT TIME ZONE 'Asia/Tokyo')::date) || '午後4時から'
                        || pg_temp.written(ends_on) || '午後4時まで(1年間)', '')
                )
            FROM (
                SELECT CASE insured->>'role' WHEN 'named' THEN '記名被保険者' WHEN 'subsidiary' THEN '被保険者(追加)' ELSE '被保険者' END AS role,
                    string_agg(insured->>'name', '、') AS names
                FROM jsonb_array_elements(terms->'insureds') insured GROUP BY 1
            ) parties
        ),
        'cover', (
            SELECT jsonb_agg(pg_temp.line(part->>'label' || ' 支払限度額', pg_temp.limit_words((part->>'limit_yen')::bigint), part->>'note'))
            FROM jsonb_array_elements(terms->'cover') part
        ) || jsonb_build_array(pg_temp.line('自己負担額',
            CASE WHEN (terms->>'deductible_yen')::bigint > 0
                THEN '1事故につき' || pg_temp.limit_words((terms->>'deductible_yen')::bigint) ELSE 'なし' END
            || CASE WHEN (terms->>'waiting_hours')::int > 0
                THEN '(利益・営業継続費用は免責時間' || (terms->>'waiting_hours') || '時間)' ELSE '' END, '')),
        'riders', coalesce((SELECT jsonb_agg(rider->'label') FROM jsonb_array_elements(terms->'riders') rider), '[]'),
        'premium_label', '年間保険料', 'premium_yen', premium_yen, 'payment', terms->>'payment_label',
        'rated_on', jsonb_build_array(
            pg_temp.line('業種', terms->>'industry_label', ''),
            pg_temp.line('算定基礎の売上高', pg_temp.limit_words((terms->>'sales_yen')::bigint), coalesce(
                nullif(terms->>'sales_label', ''), pg_temp.written((terms->>'sales_fiscal_year_end')::date) || '決算', ''))
        ),
        'proposal', jsonb_build_array(
            pg_temp.line('保険期間', pg_temp.written(ends_on) || '午後4時から1年間', '満期と同じ時刻に始まり、補償は途切れません。'),
            pg_temp.line('補償', '現在のご契約と同じ(' || (
                SELECT string_agg(part->>'label' || ' ' || pg_temp.limit_words((part->>'limit_yen')::bigint), '、')
                FROM jsonb_array_elements(terms->'cover') part
            ) || ')', 'ご希望により変更できます。'),
            pg_temp.line('保険料', '新しい売上高と告知の内容をうかがってから、見積書でご案内します。', '現在の保険料から変わることがあります。')
        ),
        'steps', jsonb_build_array(
            pg_temp.line('1. ご返答', '末尾の回答票、お電話またはメールで、更改のご意向をお知らせください。', ''),
            pg_temp.line('2. 告知', '前回のご回答をもとに、変わったところだけを担当者が確認します。', ''),
            pg_temp.line('3. お申込み', '見積書と重要事項説明書をご確認のうえ、お申し込みください。', '')
        ),
        'by_link', false,
        'needed', jsonb_build_array(
            pg_temp.line('売上高の資料', '直近の会計年度の売上高(税込)が分かるもの(決算書の写しなど)',
                '前回は' || pg_temp.limit_words((terms->>'sales_yen')::bigint) || coalesce('(' || nullif(terms->>'sales_label', '') || ')', '') || 'でした。'),
            pg_temp.line('告知書', '担当者からご案内します。前回のご回答を確認し、今年の状況をお答えください。', ''),
            pg_temp.line('変更のご連絡', '業種、子会社、海外売上高、ご希望の補償に変更があればお知らせください。', '')
        ),
        'contact', jsonb_build_array(
            pg_temp.line('担当者', agency || ' ' || owner, ''), pg_temp.line('電話', phone, ''), pg_temp.line('メール', reply_to, '')
        ),
        'title', '更改のご案内', 'number', number, 'dated_on', %(on)s, 'revision', 1
    ),
    1, %(on)s, premium_yen, customer, about, %(at)s, %(by)s
FROM due;

INSERT INTO correspondence_letter (
    agency_id, key, kind, recipients, to_name, cc, reply_to, subject, body, message_id, about, status, queued_at,
    queued_by_id, not_before, attempts, claimed_by, last_error, settlement, wording
)
SELECT agency_id, letter_key, 'RENEWAL_NOTICE', ARRAY[email], customer || ' ' || contact, '{}', reply_to,
    '【' || agency || '】保険契約の更改のご案内(証券番号 ' || number || '・' || pg_temp.written_with_weekday(ends_on) || '満期)',
    customer || '
' || contact || ' 様

平素より格別のお引き立てをいただき、誠にありがとうございます。
ご契約中の' || (terms->>'product_label') || 'が、まもなく満期を迎えます。
添付の「更改のご案内」に現在のご契約の内容とお手続きの流れをまとめましたので、ご確認をお願いいたします。

更改後の保険料は、直近の会計年度の売上高と、あらためていただく告知の内容をもとに計算いたします。

  証券番号   ' || number || '
  商品名     ' || (terms->>'product_label') || '
  満期日時   ' || pg_temp.written(ends_on) || '午後4時
  現在の保険料 ' || to_char(premium_yen, 'FM999,999,999,999') || '円
  ご返答期限 ' || pg_temp.written_with_weekday(answer_by) || '

ご用意いただくもの
  ・直近の会計年度の売上高が分かる資料(決算書の写しなど)
  ・告知書(質問書)へのご回答

お手続きの方法は、担当者からご案内いたします。

この保険は自動では更新されません。満期日の午後4時までに更改のお手続きが完了しない場合は補償が終了し、
それ以後に起きた事故は保険金のお支払いの対象になりません(無保険の状態になります)。

──────────────────────
' || agency || '
担当 ' || owner || '
電話 ' || phone || '
メール ' || reply_to || '
──────────────────────
',
    '<' || left(encode(sha256(convert_to(letter_key, 'UTF8')), 'hex'), 40) || '@' || %(domain)s || '>', about, 'QUEUED',
    %(at)s, %(by)s, %(at)s, 0, '', '', '', 'NOTICE_NORMAL:標準 2026-11-23'
FROM due WHERE email <> '';

INSERT INTO correspondence_letterattachment (letter_id, paper_id, position)
SELECT letter.id, paper.id, 0
FROM due
JOIN correspondence_letter letter ON letter.key = due.letter_key
JOIN correspondence_paper paper ON paper.key = due.paper_key;

UPDATE renewals_renewal renewal
SET noticed_at = %(at)s, noticed_by_id = %(by)s, version = renewal.version + 1,
    way = CASE WHEN due.email <> '' THEN 'EMAIL' ELSE 'POST' END,
    status = CASE WHEN due.email <> '' THEN 'NOTIFIED' ELSE 'OPEN' END,
    notified_at = CASE WHEN due.email <> '' THEN %(at)s END,
    notified_by_id = CASE WHEN due.email <> '' THEN %(by)s END,
    next_on = CASE WHEN due.email <> '' THEN greatest(%(on)s, due.ends_on - 30) ELSE %(on)s END,
    next_step = CASE WHEN due.email <> '' THEN '返答がなければ電話で意向を確認する' ELSE '更改のご案内を印刷して郵送する' END
FROM due WHERE due.id = renewal.id;

INSERT INTO core_event (at, by_id, verb, summary, about, details)
SELECT %(at)s, %(by)s, 'renewals.file_notices_due',
    number || CASE WHEN email <> '' THEN 'の更改のご案内をメールで送ります。'
        ELSE 'の更改のご案内を作成しました。メールアドレスがないため郵送してください。' END, about, '{}'
FROM due;
