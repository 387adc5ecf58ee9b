"""Who may open which address: one line per URL name. A test holds this table against every URL there is."""

from accounts.middleware import ANYBODY, PUBLIC
from accounts.models import Role

READERS = {Role.SOLICITOR, Role.CLERK, Role.MANAGER, Role.UNDERWRITER, Role.AUDITOR}
WRITERS = {Role.SOLICITOR, Role.CLERK, Role.MANAGER}
SOLICITORS = {Role.SOLICITOR, Role.MANAGER}
MANAGERS = {Role.MANAGER}
CONSOLE = {Role.UNDERWRITER, Role.MANAGER, Role.AUDITOR}

ACCESS: dict[str, set[Role] | str] = {
    # accounts
    "accounts:login": PUBLIC,
    "accounts:logout": ANYBODY,
    # config
    "healthz": PUBLIC,
    "admin:*": CONSOLE,
    # desk
    "desk:today": READERS,
    "desk:duties": READERS,
    "desk:search": READERS,
    "desk:status": {Role.MANAGER, Role.AUDITOR},
    "desk:customer": READERS,
    # customers
    "customers:list": READERS,
    "customers:new": WRITERS,
    "customers:edit": WRITERS,
    "customers:contact-new": WRITERS,
    "customers:contact-edit": WRITERS,
    "customers:sales-new": WRITERS,
    "customers:consent": READERS,
    "customers:postcode": READERS,
    # correspondence
    "correspondence:papers": READERS,
    "correspondence:paper": READERS,
    "correspondence:document": READERS,
    "correspondence:letters": READERS,
    "correspondence:letter": READERS,
    "correspondence:letter-settle": WRITERS,
    "correspondence:letter-retry": WRITERS,
    "correspondence:letter-cancel": WRITERS,
    # products
    # quotes
    "quotes:list": READERS,
    "quotes:detail": READERS,
    "quotes:answers": READERS,
    "quotes:plans": READERS,
    "quotes:receipt": READERS,
    "quotes:apply": READERS,
    "quotes:new": WRITERS,
    "quotes:facts": WRITERS,
    "quotes:answers-section": WRITERS,
    "quotes:answers-confirm": WRITERS,
    "quotes:answers-evidence": WRITERS,
    "quotes:answers-explain": WRITERS,
    "quotes:self-check": READERS,
    "quotes:option-add": WRITERS,
    "quotes:option-remove": WRITERS,
    "quotes:other-product": WRITERS,
    "quotes:submit": WRITERS,
    "quotes:revise": WRITERS,
    "quotes:withdraw": WRITERS,
    "quotes:answer-question": WRITERS,
    "quotes:carrier-answer": WRITERS,
    "quotes:condition": WRITERS | {Role.UNDERWRITER},
    "quotes:document-new": WRITERS,
    "quotes:step": WRITERS,
    "quotes:send": WRITERS,
    "quotes:issue": WRITERS,
    # portal: the customer's pages check link, code and visit themselves
    "portal:home": PUBLIC,
    "portal:code": PUBLIC,
    "portal:enter": PUBLIC,
    "portal:leave": PUBLIC,
    "portal:colleague": PUBLIC,
    "portal:section": PUBLIC,
    "portal:confirm": PUBLIC,
    "portal:documents": PUBLIC,
    "portal:sign": PUBLIC,
    "portal:consent": PUBLIC,
    "portal:page": PUBLIC,
    "portal:picture": PUBLIC,
    "portal:pdf": PUBLIC,
    "portal:points": PUBLIC,
    "portal:point": PUBLIC,
    "portal:apply": PUBLIC,
    "portal:invite": WRITERS,
    "portal:resend": WRITERS,
    "portal:revoke": WRITERS,
    "portal:take": WRITERS,
    "portal:admit": WRITERS,
    # proposals
    "proposals:wish": WRITERS,
    "proposals:compare": READERS,
    "proposals:paper": WRITERS,
    "proposals:propose": WRITERS,
    # evidence
    "evidence:packs": READERS,
    "evidence:download": READERS - {Role.UNDERWRITER},
    # policies
    "policies:list": READERS,
    "policies:detail": READERS,
    "policies:reissue": WRITERS,
    "policies:posted": WRITERS,
    # renewals
    "renewals:board": READERS,
    "renewals:detail": READERS,
    "renewals:rounds": READERS,
    "renewals:leave": WRITERS,
    "renewals:open": WRITERS,
    "renewals:respond": WRITERS,
    "renewals:close": WRITERS,
    "renewals:quote": WRITERS,
    "renewals:posted": WRITERS,
    # claims
    "claims:list": READERS,
    "claims:detail": READERS,
    "claims:new": WRITERS,
    "claims:find": WRITERS,
    "claims:assess": WRITERS,
    "claims:correct": WRITERS,
    "claims:link": WRITERS,
    "claims:hand-off": WRITERS,
    "claims:resend": WRITERS,
    "claims:reference": WRITERS,
    "claims:plan": WRITERS,
    "claims:demand": WRITERS,
    "claims:report": WRITERS,
    "claims:note": WRITERS,
    "claims:document": WRITERS,
    "claims:close": WRITERS,
    "claims:withdraw": WRITERS,
}
