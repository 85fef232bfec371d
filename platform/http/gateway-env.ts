import * as z from 'zod';
import { listSetting } from '../env.ts';

/** What every function behind the HTTP API is told: the origins whose pages may call, for its own answers to preflights. */
export const gatewayEnv = z.object({ PINNED_ORIGINS: listSetting.prefault('') });

/** The client's address. API Gateway writes the last of this header itself; what stands before it is the client's word. */
export function gatewayAddressOf(request: Request): string {
  return request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? 'unknown';
}
