"""The people who work here: the agency and its offices, staff with roles and licences, login, and whose records
a person may see. What they do with those records is left to the other rooms."""
