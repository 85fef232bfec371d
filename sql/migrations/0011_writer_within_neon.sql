-- Neon's proxy ends a request over HTTP after 15 s (sql_over_http_timeout), whatever the role's own limit says. The
-- database gives up first, so that what it says of the reason reaches the consumer:
-- lock_timeout < statement_timeout < the proxy < the client's abort < the function.
alter role bazaar_writer set lock_timeout = '6s';
alter role bazaar_writer set statement_timeout = '12s';
