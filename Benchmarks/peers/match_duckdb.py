"""match_duckdb.py DIRECTORY.csv USERS.csv ANSWER.csv

The matching of tenantctl's composite of login and smtp, in DuckDB: by login first, then by mail
among those that the login left; nobody is matched if several fit, or if several claim one user.
Takes it that no two people of the directory have one login, as in Active Directory.
"""
import sys

import duckdb

directory, users, answer = (word.replace("'", "''") for word in sys.argv[1:])
c = duckdb.connect()
c.execute(f"""
CREATE TABLE people AS SELECT row_number() OVER () AS id, SamAccountName AS login, mail,
    lower('CORP\\' || SamAccountName) AS login_key, lower(mail) AS mail_key
  FROM read_csv('{directory}', all_varchar = true);
CREATE TABLE users AS SELECT row_number() OVER () AS id, lower(windowsLogin) AS login_key,
    lower(email) AS mail_key
  FROM read_csv('{users}', all_varchar = true);

CREATE TABLE by_login AS SELECT login_key, count(*) AS fits, min(id) AS fitting
  FROM users WHERE login_key IS NOT NULL GROUP BY login_key;
CREATE TABLE decided AS SELECT p.*, l.fits, l.fitting
  FROM people p LEFT JOIN by_login l USING (login_key);
CREATE TABLE by_mail AS SELECT mail_key, count(*) AS free
  FROM users WHERE mail_key IS NOT NULL AND id NOT IN (SELECT fitting FROM decided WHERE fits = 1)
  GROUP BY mail_key;
CREATE TABLE claims AS SELECT mail_key, count(*) AS claims
  FROM decided WHERE fits IS NULL AND mail_key IS NOT NULL GROUP BY mail_key;

COPY (
  SELECT d.login AS "Active Directory Login", d.mail AS "SMTP Address",
    CASE WHEN d.fits = 1 OR d.fits IS NULL AND m.free = 1 AND c.claims = 1
      THEN 'Matched' ELSE 'Not Matched' END AS Status
  FROM decided d LEFT JOIN by_mail m USING (mail_key) LEFT JOIN claims c USING (mail_key)
  ORDER BY d.login_key
) TO '{answer}' (HEADER)
""")
