import * as z from 'zod';
import { readEnv } from '../../platform/env.ts';
import { createSecretReader } from '../../platform/secret.ts';
import { createAuthorizer } from './authorize.ts';

const { API_KEYS_SECRET_ARN } = readEnv(z.object({ API_KEYS_SECRET_ARN: z.string().min(1) }));

/** The Lambda function that API Gateway asks who calls. */
export const handler = createAuthorizer(createSecretReader(API_KEYS_SECRET_ARN));
