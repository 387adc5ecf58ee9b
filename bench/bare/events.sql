SELECT event.at, event.summary, person.name AS person
FROM core_event event
JOIN accounts_user person ON person.id = event.by_id
WHERE event.about && %(about)s::varchar[] ORDER BY event.at DESC, event.id DESC LIMIT 100
