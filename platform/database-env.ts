import * as z from 'zod';

/** What a function that talks to Postgres needs: the connection string of its own role. */
export const databaseEnv = z.object({ DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }) });
