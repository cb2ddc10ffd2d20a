"""read_ldap3.py URI USER PASSWORD-FILE BASE FILTER [ATTRIBUTE...]: reads all, prints how many."""
import sys

import ldap3

uri, user, password, base, filter, *attributes = sys.argv[1:]
connection = ldap3.Connection(ldap3.Server(uri, get_info=ldap3.NONE), user, open(password).read(),
                              auto_bind=True, check_names=False)
entries = connection.extend.standard.paged_search(
    base, filter, ldap3.SUBTREE, attributes=attributes, paged_size=1000, generator=True)
print(sum(1 for entry in entries if entry["type"] == "searchResEntry"))
