-- A tile asks every few seconds: compiling the query (measured 70 ms of 90) would cost more than it saves, and a week of
-- sessions is to be grouped in memory.
alter role bazaar_bi set jit = off;
alter role bazaar_bi set work_mem = '32MB';
