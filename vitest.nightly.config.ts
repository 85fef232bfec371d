import config from './vitest.config.ts';

/** What takes longer than `npm test` may: the same engines, more cases. */
export default { ...config, test: { ...config.test, include: ['test/nightly/**/*.test.ts'], exclude: [] } };
