-- On PostgreSQL: the owner of the tables, and logins that are deleted. SQLite has neither.
SELECT 'change', '' WHERE 0;
