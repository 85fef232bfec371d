import { generateAuthToken } from 'aws-msk-iam-sasl-signer-js';
import type { TokenProvider } from './oauth-bearer.ts';

/**
 * Tokens for MSK: requests to connect that are signed here, with the function's role, and stay valid for 15 minutes.
 * Nothing is asked over the network, and the role's credentials are looked up anew for each.
 */
export function createMskToken(region: string): TokenProvider {
  return () => generateAuthToken({ region });
}
