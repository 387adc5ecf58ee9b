SELECT paper.id, paper.title, paper.subject, paper.revision, paper.dated_on, paper.amount_yen, paper.filed_at,
    paper.content_id, content.pages, person.name AS person,
    EXISTS (SELECT 1 FROM correspondence_paper later WHERE later.corrects_id = paper.id) AS is_superseded
FROM correspondence_paper paper
JOIN accounts_user person ON person.id = paper.filed_by_id
LEFT JOIN correspondence_papercontent content ON content.sha256 = paper.content_id
WHERE paper.about && %(about)s::varchar[] OR paper.agency_id = %(agency)s AND paper.subject = %(quote)s
ORDER BY paper.id DESC
