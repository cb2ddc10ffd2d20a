"""match_polars.py DIRECTORY.csv USERS.csv ANSWER.csv: match_duckdb.py in Polars."""
import sys

import polars as pl

directory, users, answer = sys.argv[1:]
key = lambda name: pl.col(name).str.to_lowercase()
people = pl.scan_csv(directory, infer_schema=False).select(
    login="SamAccountName", mail="mail", login_key="CORP\\" + pl.col("SamAccountName"),
    mail_key=key("mail")).with_columns(key("login_key"))
users = pl.scan_csv(users, infer_schema=False).select(
    login_key=key("windowsLogin"), mail_key=key("email")).with_row_index("user").collect().lazy()

by_login = users.drop_nulls("login_key").group_by("login_key").agg(
    users=pl.len(), user=pl.col("user").min())
first = people.join(by_login, on="login_key", how="left").collect().lazy()
taken = first.filter(pl.col("users") == 1).select("user")
by_mail = users.drop_nulls("mail_key").join(taken, on="user", how="anti").group_by("mail_key").agg(
    free=pl.len())
claims = first.filter(pl.col("users").is_null()).drop_nulls("mail_key").group_by("mail_key").agg(
    people=pl.len())
matched = (pl.col("users") == 1) | (
    pl.col("users").is_null() & (pl.col("free") == 1) & (pl.col("people") == 1))
(first.join(by_mail, on="mail_key", how="left").join(claims, on="mail_key", how="left")
 .sort("login_key")
 .select(pl.col("login").alias("Active Directory Login"), pl.col("mail").alias("SMTP Address"),
         pl.when(matched.fill_null(False)).then(pl.lit("Matched")).otherwise(pl.lit("Not Matched"))
         .alias("Status"))
 .collect().write_csv(answer))
