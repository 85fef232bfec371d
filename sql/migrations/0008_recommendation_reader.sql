-- The recommender reads the newest rows off an index and stops. The planner knows a product's average number of rows, not
-- that of a popular one, and prefers to collect all of them and sort: measured 150 ms instead of 15 with 400,000 views. Its
-- many small steps look dear enough for just-in-time compilation, which costs more than they do.
alter role bazaar_reader set enable_bitmapscan = off;
alter role bazaar_reader set enable_seqscan = off;
alter role bazaar_reader set enable_sort = off;
alter role bazaar_reader set jit = off;
