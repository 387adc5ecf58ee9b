SELECT letter.id, letter.status, letter.subject, letter.to_name, letter.recipients, letter.queued_at, letter.sent_at,
    letter.last_error, person.name AS person,
    EXISTS (SELECT 1 FROM correspondence_letterattachment one WHERE one.letter_id = letter.id) AS has_enclosures
FROM correspondence_letter letter
JOIN accounts_user person ON person.id = letter.queued_by_id
WHERE letter.about && %(about)s::varchar[] ORDER BY letter.id DESC
