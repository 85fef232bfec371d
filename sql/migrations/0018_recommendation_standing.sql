-- Whether an id is a user's: sessions are one table with an index, where the raw tables are many partitions.
grant select (user_id, is_anonymous) on user_sessions to bazaar_reader;
