SELECT letter.id, letter.status, letter.subject, letter.to_name, letter.recipients, letter.queued_at, letter.sent_at,
    letter.last_error, person.name AS person,
    EXISTS (SELECT 1 FROM correspondence_letterattachment one WHERE one.letter_id = letter.id) AS has_enclosures,
    (
        SELECT bounce.deed FROM correspondence_bounce bounce
        WHERE bounce.letter_id = letter.id AND bounce.deed <> 'DISMISSED'
        ORDER BY bounce.handled_at DESC, bounce.id LIMIT 1
    ) AS missed
FROM correspondence_letter letter
JOIN accounts_user person ON person.id = letter.queued_by_id
WHERE letter.about && %(about)s::varchar[] ORDER BY letter.id DESC
