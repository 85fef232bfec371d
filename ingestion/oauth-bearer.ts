import type { Mechanism } from 'kafkajs';

/** Makes a token that is good from now on. Called for each authentication, so it need not remember anything. */
export type TokenProvider = () => Promise<{ token: string }>;

/** Length of an answer, before the answer. */
const LENGTH_BYTES = 4;

/**
 * SASL/OAUTHBEARER (RFC 7628). kafkajs has it built in, but takes a refusal for a yes: what then fails is the next
 * request, as "not valid given the current SASL state".
 */
export function oauthBearer(createToken: TokenProvider): Mechanism {
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: ({ saslAuthenticate }) => ({
      async authenticate() {
        const { token } = await createToken();
        const refusal = await saslAuthenticate({
          request: { encode: () => withLength(`n,,\u0001auth=Bearer ${token}\u0001\u0001`) },
          response: { decode: (answer) => answer.subarray(LENGTH_BYTES), parse: (answer) => answer.toString() },
        });
        if (refusal) throw new Error(`the brokers refused the token: ${refusal}`);
      },
    }),
  };
}

function withLength(message: string): Buffer {
  const bytes = Buffer.from(message);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
